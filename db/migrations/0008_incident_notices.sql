-- What is said in the thread of an incident's card: one subject for each event that a reader of the channel would want
-- to be told of. Alerts that join and the opening itself are on the card. A trigger, because events are written by many
-- statements, most of them for many incidents at once.
create function announce_incident_events() returns trigger language plpgsql as $$
declare
  rung bigint;
begin
  with event as (
    select id, incident_id, kind, actor from added
    where kind in ('acknowledged', 'assigned', 'break-glass', 'channel', 'escalated', 'exhausted', 'flapping', 'note',
      'page-problem', 'resolved', 'role', 'silenced', 'still-firing', 'unacknowledged', 'unowned-reminder', 'upgraded')),
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
create trigger announce_incident_events after insert on incident_event
  referencing new table as added for each statement execute function announce_incident_events();
