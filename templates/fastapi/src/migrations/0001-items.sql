-- [database]
create table items (
    id uuid primary key,
    name text not null,
    quantity integer not null check (quantity > 0),
    created_at timestamptz not null
);
create index items_by_age on items (created_at desc);
-- [/database]
