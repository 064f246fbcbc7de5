// Each scenario wants the machine to itself, and some look at the time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
