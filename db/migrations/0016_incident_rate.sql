-- How many opened lately of one level and environment, also of those without an environment: found by the time, however
-- many there ever were.
drop index incident_by_rate;
create index incident_by_rate on incident (level, coalesce(environment, ''), opened_at)
  where group_key is not null and not is_storm;
