"""Bulk jobs: one action over many orders, checked first, carried out in the background.

actions    what a job can do
model      jobs, their items, and the states of both
store      jobs and items in MongoDB, with leases
checks     whether an order's item can be done, as the services explain it
rights     whether the starter may still do it
execution  the commands of an item, and their results
runner     works on the jobs that this process holds the lease of
"""
