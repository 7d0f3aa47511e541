-- That a further level of the matrix is called is said in the thread of the incident's card, once: a subject of its own
-- for each such call, so that a bot that dies between the card and the reply leaves it to be said by the next one. The
-- first call is on the card when that is posted. Whoever is called without PagerDuty is told by name: page/N.
create function announce_further_pages() returns trigger language plpgsql as $$
declare
  rung bigint;
begin
  with announced as (
    insert into subject (name)
    select 'incident-page/' || incident.id || '.' || call.id
    from added call join incident on incident.id = call.incident_id
    where call.action = 'trigger' and call.route = 'main' and call.state = 'pending'
      and (call.level > 1 or call.round > 1 or call.planned_at > incident.opened_at + interval '1 minute')
    order by 1
    returning name, revision)
  -- More than a hundred at once are rung as one: db/announcements.ts.
  select count(pg_notify('plantao_change', case when total > 100 then '*' else name || ' ' || revision end)) into rung
  from (select name, revision, count(*) over () as total, row_number() over () as number from announced) one
  where total <= 100 or number = 1;
  return null;
end $$;
create trigger announce_further_pages after insert on page
  referencing new table as added for each statement execute function announce_further_pages();
