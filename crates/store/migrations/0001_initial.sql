-- The tables of the first version.
-- Instants are milliseconds since the Unix epoch; amounts are minor units of the rupiah (sen).

-- Merchants that take payments.
create table merchant (
    id text not null, -- The MID.
    name text not null, -- What customers see.
    return_url text, -- Where customers return to when a payment names no URL of its own.
    notify_url text, -- The prefix of notification paths; nothing is sent without one.
    notify_partner_id text not null, -- What notifications carry as X-PARTNER-ID.
    notify_text text not null, -- How the texts of notifications are spelled: portable, exact, escaped or plain.
    notify_statuses text not null, -- The transaction statuses that notifications tell of, two digits each, apart by blanks.
    payment_handle text not null, -- Stands for the merchant in the account-linking calls.
    allowed_callers text not null, -- Addresses and CIDR blocks its servers call from, apart by blanks; empty means any.
    qris text, -- What its QR codes say of it, as one JSON document; none if it takes no payments by code.
    accounts text not null, -- What it agreed on about virtual accounts, as one JSON document.
    links text not null, -- What it agreed on about linked accounts, as one JSON document.
    version bigint not null, -- Counts its changes, so that two at once do not undo each other.
    constraint merchant_key primary key (id)
);

-- A customer's browser brings the merchant's handle along.
create index merchant_handle on merchant (payment_handle);

-- The integrations that a merchant registered.
create table point_of_purchase (
    merchant_id text not null, -- Whose.
    id text not null, -- What payments call it.
    kind text not null, -- mini-app or standard.
    place bigint not null, -- Its place in the merchant's list.
    constraint point_of_purchase_key primary key (merchant_id, id)
);

-- The codes that banks gave merchants, under which those open virtual accounts.
create table company_code (
    bank text not null, -- The word of the bank.
    code text not null, -- The code's digits, without blanks.
    merchant_id text not null, -- Whose; the key keeps it from being somebody else's as well.
    place bigint not null, -- Its place in the merchant's list.
    constraint company_code_key primary key (bank, code)
);

-- A merchant is read with its codes.
create index company_code_of_merchant on company_code (merchant_id, place);

-- Banks that report what customers paid into virtual accounts.
create table bank (
    id text not null, -- The gateway's id of it.
    name text not null, -- What operators call it.
    keeps text not null, -- The words of the banks whose accounts it reports on, apart by blanks; empty means all.
    allowed_callers text not null, -- Addresses and CIDR blocks its servers call from, apart by blanks; empty means any.
    version bigint not null, -- Counts its changes, so that two at once do not undo each other.
    constraint bank_key primary key (id)
);

-- API clients.
create table client (
    client_id text not null, -- What token requests carry.
    owner_kind text not null, -- merchant or bank.
    owner_id text not null, -- Whose calls it makes.
    constraint client_key_id primary key (client_id)
);

-- The secrets of clients. Several may be active at once, so that one can be replaced without a gap.
create table client_secret (
    client_id text not null, -- Whose.
    id text not null, -- Names it.
    sealed blob not null, -- The secret, encrypted before it came here.
    added_at bigint not null, -- Since when it is valid.
    revoked_at bigint, -- Since when it no longer is.
    constraint client_secret_key primary key (client_id, id)
);

-- The public keys of clients. Several may be active at once.
create table client_key (
    client_id text not null, -- Whose.
    fingerprint text not null, -- Names it.
    pem text not null, -- The key as SPKI PEM.
    added_at bigint not null, -- Since when it is valid.
    revoked_at bigint, -- Since when it no longer is.
    constraint client_key_key primary key (client_id, fingerprint)
);

-- Customers of the wallet.
create table customer (
    id text not null, -- The gateway's id.
    phone text not null, -- What the customer signs in with.
    name text not null, -- What pages show.
    standing text not null, -- active or blocked.
    pay_later_limit bigint, -- How much may be owed on pay-later; none when it is not enabled.
    has_savings bigint not null, -- 1 with a savings account, else 0.
    pin_hash text not null, -- The PIN, hashed before it came here.
    otp text, -- The one-time password that always works; sandboxes only.
    link_pin text, -- Another PIN, which pages of linked accounts take; sandboxes only.
    scenario text, -- What the customer is for; sandboxes only.
    constraint customer_key primary key (id),
    constraint customer_phone unique (phone)
);

-- Finds the blocked ones, which openings of payments must know.
create index customer_blocked on customer (phone) where standing = 'blocked';

-- Payments as they stand.
create table payment (
    reference_no text not null, -- The gateway's id of it; grows with time.
    merchant_id text not null, -- Whose.
    partner_reference_no text not null, -- The merchant's order id; not unique.
    external_id text not null, -- X-EXTERNAL-ID of the call that opened it.
    amount bigint not null, -- What is to be paid.
    product text not null, -- direct-debit, qris or pre-auth: calls about one never find another.
    method text not null, -- Who carries it out.
    created_at bigint not null, -- When it was opened.
    valid_up_to bigint not null, -- When it stops waiting.
    details text not null, -- What else the merchant said, as one JSON document.
    status text not null, -- Two digits: where it stands.
    version bigint not null, -- Counts its states; the optimistic lock.
    changed_at bigint not null, -- When it reached this status.
    payer text, -- Who paid, or was denied, or whose money is reserved.
    pay_option text, -- What it was paid with.
    paid_at bigint, -- When it was paid, if it was.
    refunded bigint not null, -- What was given back so far.
    bucket text not null, -- In which part of the store it lies; follows from its number.
    constraint payment_key primary key (reference_no, bucket),
    constraint payment_refunded check (refunded between 0 and amount)
);

-- Merchants look at their payments in the order of time. New rows go to the end of each merchant's part, and no column
-- here ever changes. The order id lies in it so that a search by it reads no other payment.
create index payment_of_merchant on payment (merchant_id, reference_no, partner_reference_no);

-- The worker that ends what nobody paid or captured polls this.
create index payment_due on payment (valid_up_to) where status in ('01', '03');

-- What customers have reserved for a merchant is summed up by this. No payment is in it but an authorization.
create index payment_reserved on payment (merchant_id) where status = '01';

-- Every state that a payment had, but for the usual first one, which the payment implies: the guard of its next state and its audit trail in one. Rows are only inserted.
create table transition (
    reference_no text not null, -- Which payment.
    version bigint not null, -- Which of its states.
    status text not null, -- What it came to be.
    changed_at bigint not null, -- When.
    payer text, -- Who paid or was denied.
    pay_option text, -- What it was paid with.
    paid_at bigint, -- When it was paid, if it was by then.
    refunded bigint not null, -- What had been given back by then, this state's own refund included.
    bucket text not null, -- In which part of the store it lies; follows from its payment's number.
    constraint transition_key primary key (reference_no, version, bucket)
);

-- Refunds that were made. Rows are only inserted.
create table refund (
    reference_no text not null, -- Of which payment.
    partner_refund_no text not null, -- The merchant's id of it; the guard against refunding twice.
    refund_no text not null, -- The gateway's id of it. That it is new is guarded by its journal entry.
    version bigint not null, -- Which of the payment's states it made.
    amount bigint not null, -- What was given back.
    reason text, -- Why, in the merchant's words.
    at bigint not null, -- When.
    bucket text not null, -- In which part of the store it lies; follows from its payment's number.
    constraint refund_key primary key (reference_no, partner_refund_no, bucket)
);

-- Journal entries are compared with the refunds behind them.
create index refund_numbered on refund (refund_no);

-- Why payments were called off, where their merchants said so. Rows are only inserted.
create table cancellation (
    reference_no text not null, -- Which payment.
    reason text not null, -- Why, in the merchant's words.
    bucket text not null, -- In which part of the store it lies; follows from its payment's number.
    constraint cancellation_key primary key (reference_no, bucket)
);

-- How merchants ended authorizations: each has one end at the most. Rows are only inserted.
create table resolution (
    reference_no text not null, -- Which authorization; the guard against two ends.
    version bigint not null, -- Which of its states it made.
    kind text not null, -- capture or void.
    resolution_no text not null, -- The gateway's id of it. Nothing is found by it, so no key guards it.
    partner_resolution_no text not null, -- The merchant's id of it: who asks again under it gets the first answer.
    amount bigint not null, -- What was captured or given back: all that was reserved.
    reason text, -- Why, in the merchant's words.
    at bigint not null, -- When.
    bucket text not null, -- In which part of the store it lies; follows from its authorization's number.
    constraint resolution_key primary key (reference_no, bucket)
);

-- What each merchant gave back on its latest day with a refund. The version is the optimistic lock under which the
-- merchant's balance is read, because a merchant's account has no row of its own that could guard it.
create table merchant_refund (
    merchant_id text not null, -- Whose.
    version bigint not null, -- Counts the merchant's refunds.
    day_ends_at bigint not null, -- When that day ends, by the clock of Jakarta.
    refunded bigint not null, -- What was given back on that day.
    constraint merchant_refund_key primary key (merchant_id)
);

-- The merchants' order ids of QR codes: the guard against two codes for one order, and the way from an order to its code.
create table qr_reference (
    merchant_id text not null, -- Whose.
    partner_reference_no text not null, -- The merchant's order id.
    reference_no text not null, -- The newest code's payment.
    taken_at bigint not null, -- When it was opened.
    taken_until bigint not null, -- Until when another code of the same order is refused.
    constraint qr_reference_key primary key (merchant_id, partner_reference_no)
);

-- Virtual accounts as they stand.
create table virtual_account (
    reference_no text not null, -- The gateway's id of it; grows with time.
    merchant_id text not null, -- Whose.
    trx_id text not null, -- The merchant's id of it; unique for as long as a write says.
    kind text not null, -- How many payments it takes, and of which amounts: single, single-open, multi or multi-minimum.
    bank text not null, -- The word of the bank that keeps it.
    company text not null, -- The company's code at the bank, without blanks.
    customer_no text not null, -- The customer's number behind it.
    number text not null, -- The whole number, without blanks.
    amount bigint not null, -- What is to be paid.
    created_at bigint not null, -- When it was opened.
    valid_up_to bigint not null, -- When it stops waiting.
    details text not null, -- What else the merchant said, as one JSON document.
    status text not null, -- Two digits: where it stands.
    payments bigint not null, -- How many payments were made into it.
    version bigint not null, -- Counts its states; the optimistic lock.
    changed_at bigint not null, -- When it reached this status.
    bucket text not null, -- In which part of the store it lies; follows from its number.
    constraint virtual_account_key primary key (reference_no, bucket)
);

-- Every number that an account was opened under, bank by bank: the guard against two accounts that wait under one, against
-- one that is given again too soon, and against one that comes to another merchant. Banks ask by it for as long as they like.
create table virtual_account_number (
    number text not null, -- The whole number, without blanks.
    bank text not null, -- The word of the bank that keeps it; the same digits at another bank are another number.
    merchant_id text not null, -- Whose it is, for good.
    reference_no text not null, -- The newest account under it.
    opened_at bigint not null, -- When that was opened.
    rests_until bigint, -- Before then nobody opens another; none while the newest account waits.
    constraint virtual_account_number_key primary key (number, bank)
);

-- The merchants' ids of virtual accounts: the guard against using one twice too soon, and the way from an id to its
-- newest account.
create table virtual_account_trx (
    merchant_id text not null, -- Whose.
    trx_id text not null, -- The merchant's id.
    reference_no text not null, -- The newest account under it.
    opened_at bigint not null, -- When that was opened.
    unique_since bigint not null, -- Accounts opened before then did not count against it.
    constraint virtual_account_trx_key primary key (merchant_id, trx_id)
);

-- Merchants look at their accounts in the order of time.
create index virtual_account_of_merchant on virtual_account (merchant_id, reference_no, trx_id);

-- The worker that ends what nobody paid polls this.
create index virtual_account_due on virtual_account (valid_up_to) where status = '03' and payments = 0;

-- Every state that a virtual account had after its first, which the account implies. Rows are only inserted.
create table virtual_account_transition (
    reference_no text not null, -- Which account.
    version bigint not null, -- Which of its states.
    status text not null, -- What it came to be.
    payments bigint not null, -- How many payments had been made into it by then.
    changed_at bigint not null, -- When.
    bucket text not null, -- In which part of the store it lies; follows from its account's number.
    constraint virtual_account_transition_key primary key (reference_no, version, bucket)
);

-- Payments into virtual accounts, as banks reported them. Rows are only inserted.
create table transfer (
    bank_id text not null, -- Which bank reported it.
    request_id text not null, -- The bank's id of it; the guard against booking twice.
    payment_no text not null, -- The gateway's id of it. That it is new is guarded by its journal entry.
    reference_no text not null, -- Into which account.
    merchant_id text not null, -- Whose.
    trx_id text not null, -- The merchant's id of it: the account's for the first, one made from that for the others.
    version bigint not null, -- Which of the account's states it made.
    amount bigint not null, -- What was paid.
    bank_reference text, -- The bank's code of it.
    at bigint not null, -- When it was booked.
    constraint transfer_key primary key (bank_id, request_id)
);

-- Merchants and operators ask by the gateway's id.
create index transfer_numbered on transfer (payment_no);

-- Notifications ask for the payment behind a state, and merchants for an account's payments from the newest on.
create index transfer_account on transfer (reference_no, version);

-- Merchants look at payments that go by ids of their own in the order of time.
create index transfer_of_merchant on transfer (merchant_id, payment_no, trx_id) where payment_no <> reference_no;

-- Links between customers' accounts and merchants, one for each pair.
create table link (
    merchant_id text not null, -- Who may charge.
    customer_id text not null, -- Whose account it is.
    reference_no text not null, -- The gateway's id of it; grows with time. That it is new is guarded by its first state.
    status text not null, -- pending, enabled or disabled.
    version bigint not null, -- Counts its states; the optimistic lock.
    changed_at bigint not null, -- When it reached this state.
    cause text not null, -- What brought it there: consented, linked, unlinked or phone-changed.
    round bigint not null, -- How often it was enabled; tokens of an earlier round count no more.
    code_hash text, -- SHA-256 of the code that waits for the merchant, in hexadecimal.
    code_until bigint, -- When that code ends.
    constraint link_key primary key (merchant_id, customer_id)
);

-- Links are moved by the gateway's id.
create index link_numbered on link (reference_no);

-- A merchant exchanges a code by its hash.
create index link_code on link (merchant_id, code_hash);

-- Every state that a link had. Rows are only inserted.
create table link_transition (
    reference_no text not null, -- Which link.
    version bigint not null, -- Which of its states.
    status text not null, -- What it came to be.
    changed_at bigint not null, -- When.
    cause text not null, -- What brought it there.
    round bigint not null, -- How often it had been enabled by then.
    constraint link_transition_key primary key (reference_no, version)
);

-- Answers that were given, for those who ask again.
create table replay (
    owner text not null, -- Whose call it was: the id of a merchant, or of a bank, whose services are others.
    service text not null, -- The service's two digits.
    external_id text not null, -- The call's X-EXTERNAL-ID.
    request blob not null, -- What the call said, by value and without credentials: a hash, and a few bytes for each member. Empty where nothing is given again.
    body blob not null, -- The answer, byte for byte; or a mark of nine bytes, by which one is known that is made anew from the payment. Empty where nothing is given again.
    opened text, -- The payment that the call opened: status queries ask for it by this key, as long as it exists.
    taken_at bigint not null, -- When the key was taken.
    kept_until bigint not null, -- Until when the key is taken.
    bucket text not null, -- In which part of the store it lies; follows from whose it is and the external id.
    constraint replay_key primary key (owner, service, external_id, bucket)
);

-- The outbox: what merchants must be told.
create table notification (
    reference_no text not null, -- Which payment, account, transfer or link.
    version bigint not null, -- Which of its states; of a transfer, of its account's.
    id text not null, -- Digits, made so that two never are the same; also the X-EXTERNAL-ID it is sent with.
    about text not null, -- payment, virtual-account, transfer or link: what the reference number names.
    merchant_id text not null, -- Who is told.
    created_at bigint not null, -- When it came up.
    state text not null, -- pending, waiting, delivered, parked or superseded.
    attempts bigint not null, -- All attempts so far.
    round_attempts bigint not null, -- The attempts since it was added or last resent.
    next_attempt_at bigint not null, -- When it is tried next, while it is pending.
    lease_until bigint not null, -- Until when somebody is at it; zero when nobody is.
    holds_back bigint not null, -- 1 while later notifications of the payment wait for it, else 0.
    last_status bigint, -- The HTTP status of the last attempt that was answered.
    bucket text not null, -- In which part of the store it lies; follows from the number of what it tells of.
    constraint notification_key primary key (reference_no, version, bucket)
);

-- Operators ask for notifications by their ids, and list them from the newest on.
create index notification_numbered on notification (id);

-- The worker that sends polls this, merchant by merchant.
create index notification_due on notification (merchant_id, next_attempt_at, id) where state = 'pending';

-- Every attempt at a notification. Rows are only inserted.
create table attempt (
    notification_id text not null, -- Which notification.
    attempt_no bigint not null, -- Counts the notification's attempts.
    at bigint not null, -- When it began.
    latency_ms bigint not null, -- How long the answer took.
    status bigint, -- The HTTP status, if there was an answer.
    response text not null, -- What was answered or what went wrong.
    bucket text not null, -- In which part of the store it lies; follows from its notification's id.
    constraint attempt_key primary key (notification_id, attempt_no, bucket)
);

-- What ended long ago: one line for each thing with a number of its own, moved here out of the tables that traffic works on.
-- The line of a payment or an account, its head, has everything that belongs to it. Rows are only inserted.
create table archive (
    number text not null, -- The gateway's id of it; of a resolution, its authorization's, which has one end.
    about text not null, -- payment, refund, resolution, virtual-account or transfer.
    belongs_to text not null, -- The number of its head.
    merchant_id text not null, -- Whose.
    partner_no text not null, -- The merchant's id of it.
    kind text, -- Of a payment its product, of a resolution capture or void, of an account its kind.
    status text, -- Two digits: where it stands in a history; none of what no history lists.
    amount bigint not null, -- What was paid, given back or captured; of an account, what was to be paid.
    refunded bigint, -- Of a payment: what was given back.
    payments bigint, -- Of an account: how many payments were made into it.
    at bigint not null, -- When it was opened or made.
    bank_id text, -- Of a transfer: which bank reported it.
    request_id text, -- Of a transfer: the bank's id of it.
    document text, -- Of a head: the rows as they were, table by table, as one JSON document.
    bucket text not null, -- In which part of the store it lies; follows from its number.
    constraint archive_key primary key (number, about, bucket)
);

-- Merchants look at what is archived in the order of time, as at the rest.
create index archive_of_merchant on archive (merchant_id, number, partner_no) where about in ('payment', 'virtual-account', 'transfer');

-- A payment that a bank reports once more is found by the bank's id.
create index archive_report on archive (bank_id, request_id) where about = 'transfer';

-- Attempts at secrets, counted before they are checked.
create table pin_attempt (
    subject text not null, -- What they are counted against.
    attempts bigint not null, -- How many there were in this window.
    window_until bigint not null, -- When the count starts anew.
    constraint pin_attempt_key primary key (subject)
);

-- Journal entries. Rows are only inserted.
create table journal (
    id text not null, -- The recipe and what it was made for, so that nothing is booked twice.
    recipe text not null, -- What moved the money.
    at bigint not null, -- When.
    bucket text not null, -- In which part of the store it lies; follows from its id.
    constraint journal_key primary key (id, bucket)
);

-- The postings of journal entries, kept in the order of statements. Rows are only inserted.
create table posting (
    account_id text not null, -- The account moved.
    at bigint not null, -- When; the same as its entry's.
    journal_id text not null, -- Which journal entry.
    line_no bigint not null, -- Its place within the entry.
    amount bigint not null, -- Positive credits the account, negative debits it.
    bucket text not null, -- In which part of the store it lies; follows from its account's id, or its entry's.
    constraint posting_key primary key (account_id, at, journal_id, line_no, bucket)
);

-- The balances of accounts that have a floor. Other accounts have none: theirs is the sum of their postings. None holds
-- more than the wire's sixteen digits and two decimals can say, which is far from where the type ends.
create table balance (
    account_id text not null, -- Which account.
    amount bigint not null, -- The sum of its postings.
    floor bigint not null, -- What it may not fall below.
    bucket text not null, -- In which part of the store it lies; follows from its account's id.
    constraint balance_key primary key (account_id, bucket),
    constraint balance_floor check (amount >= floor),
    constraint balance_ceiling check (amount <= 999999999999999999)
);

-- What the postings of accounts without a balance row came to, up to a time before which none is added any more.
create table balance_checkpoint (
    account_id text not null, -- Which account.
    up_to bigint not null, -- The time of the last posting that is in the sum.
    amount bigint not null, -- The sum.
    constraint balance_checkpoint_key primary key (account_id)
);

-- The gateway's own keys, encrypted before they came here.
create table sealed_key (
    name text not null, -- What it is for.
    sealed blob not null, -- The key.
    constraint sealed_key_key primary key (name)
);

-- Settings.
create table setting (
    name text not null, -- Which.
    value text not null, -- Its value.
    constraint setting_key primary key (name)
);

-- Who did what. Rows are only inserted, and two equal ones are two events, so there is no key.
create table audit (
    at bigint not null, -- When.
    actor text not null, -- Who.
    action text not null, -- What, as a verb.
    subject text not null, -- To what.
    detail text not null -- What else is worth knowing.
);

-- The log is read from its newest line.
create index audit_at on audit (at);

-- Shows that writing works.
create table write_probe (
    name text not null, -- Which probe.
    written bigint not null, -- How often it was written.
    constraint write_probe_key primary key (name)
);
