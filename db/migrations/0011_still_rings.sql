-- Acknowledges and resolves are confirmed like calls: PagerDuty answers 202 to what comes to nothing, too.
alter table page
  -- How often it was sent anew because it was not confirmed.
  add column resends integer not null default 0,
  -- An acknowledge or resolve that did not take: since when it is said that PagerDuty still rings.
  add column still_rings_at timestamptz;
-- As in 0008_incident_notices.sql, with `still-rings`.
create or replace function announce_incident_events() returns trigger language plpgsql as $$
declare
  rung bigint;
begin
  with event as (
    select id, incident_id, kind, actor from added
    where kind in ('acknowledged', 'assigned', 'break-glass', 'channel', 'escalated', 'exhausted', 'flapping', 'note',
      'page-problem', 'resolved', 'role', 'silenced', 'still-firing', 'still-rings', 'unacknowledged',
      'unowned-reminder', 'upgraded')),
  told as (
    -- The end of an incident that ended by itself before anybody was called or took it is on its card alone: the end of
    -- a storm would flood the channel.
    select 'incident-event/' || incident_id || '.' || id as name from event
    where kind <> 'resolved' or actor ~ '^[UW]'
      or exists (select from incident where incident.id = event.incident_id and owner is not null)
      or exists (select from page where page.incident_id = event.incident_id and action = 'trigger'
        and (sent_at is not null or fallback_at is not null))
    union all
    -- Whoever was told in Slack of a page sees that it is answered, or over.
    select 'page/' || page.id from page
    where fallback_at is not null and page.incident_id in (
      select incident_id from event where kind in ('acknowledged', 'unacknowledged', 'resolved'))),
  announced as (
    insert into subject (name) select name from told order by name
    on conflict (name) do update set revision = nextval('change_number'), changed_at = now()
    returning name, revision)
  -- More than a hundred at once are rung as one: db/announcements.ts.
  select count(pg_notify('plantao_change', case when total > 100 then '*' else name || ' ' || revision end)) into rung
  from (select name, revision, count(*) over () as total, row_number() over () as number from announced) one
  where total <= 100 or number = 1;
  return null;
end $$;
