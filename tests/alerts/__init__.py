"""A drill: causes a fault for each alert on a running system, and watches it fire and clear.

`tests/unit/ops/observability` evaluates the rules on invented series. Here Prometheus itself
scrapes the processes of `waybill up`, so that a metric that isn't there, or not yet, is noticed.

Every duration in the rules is divided by `scaled_rules.SPEED`: how long something has to last
(`for`), the windows (`[5m]`), and thresholds of metrics in seconds (`> 900`). All else is as
shipped: numbers of records, shares, and rates a second. The services run as always, with their own
timeouts and pauses. Prometheus scrapes every three seconds and not every second, because a process
whose engine is frozen takes two seconds to answer `/metrics`.
"""
