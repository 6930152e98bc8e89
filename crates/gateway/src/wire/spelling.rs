//! How the texts of a merchant's notifications are spelled.

use lunas_domain::merchant::NotifyText;
use lunas_snap::message::NotificationText;

/// A merchant's choice in the terms of the messages.
pub(super) fn spelled(text: NotifyText) -> NotificationText {
    match text {
        NotifyText::Portable => NotificationText::Portable,
        NotifyText::Exact => NotificationText::Exact,
        NotifyText::Escaped => NotificationText::Escaped,
        NotifyText::Plain => NotificationText::Plain,
    }
}
