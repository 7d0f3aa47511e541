-- Overrides of rotations that PagerDuty keeps are written there.
alter table on_call_override
  add column pagerduty_schedule text,
  add column pagerduty_user text,
  -- PagerDuty's id of it, once it is there.
  add column pagerduty_override text,
  -- When PagerDuty is to be told next, of the override or of its end; null: it knows.
  add column copy_due_at timestamptz,
  add column copy_attempts integer not null default 0;
create index on_call_override_to_copy on on_call_override (copy_due_at) where copy_due_at is not null;
