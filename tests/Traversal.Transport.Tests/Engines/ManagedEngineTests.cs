namespace Traversal.Transport.Tests.Engines;

public sealed class ManagedEngineTests() : EngineContract(EngineKind.Managed);
