-- Where the two systems disagree: a row for each plan and field, the largest differences in money first. For DuckDB.
--
-- {base} is where the tables are: a folder, or the address that ends in /tables.
-- Money stands as a decimal with its currency (`18403.60 GBP`); the difference is there where both are in the same one.
with
  first_owners as (
    select plan_id, client_id, client_display_name, client_adviser_display_name
    from '{base}/plan_owners.parquet'
    where position = 1
  ),
  disagreements as (
    select
      *,
      case
        when field = 'currentValue' and split_part(dynamic_planner_value, ' ', 2) = split_part(plannr_value, ' ', 2)
        then cast(split_part(plannr_value, ' ', 1) as decimal(18, 2))
          - cast(split_part(dynamic_planner_value, ' ', 1) as decimal(18, 2))
      end as difference
    from '{base}/plan_discrepancies.parquet'
  )
select
  coalesce(first_owners.client_adviser_display_name, '(no adviser)') as adviser,
  first_owners.client_id,
  first_owners.client_display_name as client,
  disagreements.plan_id,
  disagreements.plan_name,
  disagreements.plan_policy_number as policy_number,
  disagreements.field,
  disagreements.dynamic_planner_value,
  disagreements.plannr_value,
  -- Plannr's less Dynamic Planner's.
  disagreements.difference
from disagreements
left join first_owners on first_owners.plan_id = disagreements.plan_id
order by abs(disagreements.difference) desc nulls last, adviser, client, disagreements.plan_id, disagreements.field;
