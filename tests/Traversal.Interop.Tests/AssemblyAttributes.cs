// Each test drives several programs at once and some of them measure loss: side by side they would compete for the cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
