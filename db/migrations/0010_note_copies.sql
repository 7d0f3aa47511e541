-- Notes people write on incidents, on their way into PagerDuty.
create table note_copy (
  event_id bigint primary key references incident_event (id),
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  sent_at timestamptz,
  problem text
);
create index note_copy_open on note_copy (due_at) where sent_at is null and problem is null;
create index incident_event_note on incident_event (at) where kind = 'note';
