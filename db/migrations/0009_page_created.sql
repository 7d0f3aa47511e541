-- What was said within a day or a week. One entry for a range of pages: it costs next to nothing when very many are written.
create index page_created on page using brin (created_at);
