-- Since when PagerDuty's incident for a call is over: it rings no more, and events for it come to nothing.
alter table page add column ended_at timestamptz;
