-- Messages of an account by the hour, without a look at the messages themselves.
CREATE INDEX inbound_by_account ON inbound(provider, account_id, received_at);
CREATE INDEX outbox_by_account ON outbox(provider, account_id, settled_at) WHERE state = 'sent';
