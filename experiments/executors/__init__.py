"""Where and how seed blocks are computed: processes of this machine, Dask clusters, Slurm jobs."""
