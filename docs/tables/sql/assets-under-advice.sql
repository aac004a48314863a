-- Assets under advice by adviser and month, each plan once. For DuckDB.
--
-- {base} is where the tables are: a folder, or the address that ends in /tables.
-- A month has each plan's newest valuation up to the month's last day, however old it is.
-- A plan goes whole to the adviser of its first owner (position 1). Shares are not split: percentages can be missing or not reach 100,
-- and half a penny is nobody's, so only whole plans add up to the total.
-- What a plan is now holds for its past too: the platforms do not say since when a plan is no longer in force.
with
  plans as (
    select id as plan_id
    from '{base}/plans.parquet'
    where coalesce(status, 'UNKNOWN') not in ('INACTIVE', 'PROPOSED')
      -- Debts, cover that pays nothing until something happens, and what is owned outright are not advised on.
      and coalesce(type, 'UNKNOWN') not in (
        'MORTGAGE', 'LOAN_CREDIT', 'PROTECTION_POLICY', 'GROUP_PROTECTION', 'GENERAL_INSURANCE', 'FIXED_ASSET'
      )
  ),
  first_owners as (
    select plan_id, client_adviser_id as adviser_id, client_adviser_display_name as adviser
    from '{base}/plan_owners.parquet'
    where position = 1
  ),
  -- One a plan and day: on a tie Dynamic Planner's, as the graph has it.
  valuations as (
    select plan_id, valued_on, value_pence, value_currency
    from '{base}/valuations.parquet'
    qualify row_number() over (partition by plan_id, valued_on order by system = 'DYNAMIC_PLANNER' desc, id) = 1
  ),
  months as (
    select last_day(cast(unnest(generate_series(
      date_trunc('month', min(valued_on)), date_trunc('month', max(valued_on)), interval 1 month
    )) as date)) as month_end
    from valuations
  ),
  plan_months as (select plan_id, month_end from plans cross join months)
select
  plan_months.month_end,
  first_owners.adviser_id,
  coalesce(any_value(first_owners.adviser), '(no adviser)') as adviser,
  valuations.value_currency as currency,
  count(*) as plans,
  cast(sum(valuations.value_pence) as bigint) as value_pence,
  cast(sum(valuations.value_pence) as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as value
from plan_months
asof join valuations
  on plan_months.plan_id = valuations.plan_id and plan_months.month_end >= valuations.valued_on
left join first_owners on first_owners.plan_id = plan_months.plan_id
group by plan_months.month_end, first_owners.adviser_id, valuations.value_currency
order by plan_months.month_end, adviser, first_owners.adviser_id, currency;
