// Allocation is measured over the whole process, and the machine may have few cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
