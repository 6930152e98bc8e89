//! When to stop: Ctrl-C, or SIGTERM from whoever runs the process.

use std::future::Future;

/// Resolves at the first signal. Signals count from this call on, not from the first poll.
#[cfg(unix)]
pub(crate) fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// The same, and when the terminal goes away: for what belongs to a terminal. A server may outlive it (`nohup`).
#[cfg(unix)]
pub(crate) fn signal_or_hangup() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal as heard};
    let mut hangup = heard(SignalKind::hangup())?;
    let other = signal()?;
    Ok(async move {
        tokio::select! {
            _ = hangup.recv() => {}
            () = other => {}
        }
    })
}

/// Resolves at Ctrl-C: there is no hangup here.
#[cfg(not(unix))]
pub(crate) fn signal_or_hangup() -> std::io::Result<impl Future<Output = ()>> {
    signal()
}

/// Resolves at Ctrl-C.
#[cfg(not(unix))]
pub(crate) fn signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
