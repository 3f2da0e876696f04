namespace Traversal.Client.Tests.Simulated;

/// <summary>Virtual time waits for everybody who uses the thread pool: these tests would be slow beside others.</summary>
[CollectionDefinition(nameof(VirtualTime), DisableParallelization = true)]
public sealed class VirtualTime;
