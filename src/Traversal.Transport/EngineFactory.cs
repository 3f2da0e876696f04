using Traversal.Transport.Managed;

namespace Traversal.Transport;

/// <summary>Chooses an engine and says why.</summary>
internal static class EngineFactory
{
    public static (DatagramEngine Engine, string Choice) Create(EngineKind kind, DatagramEngineOptions options) => kind switch
    {
        EngineKind.Managed => (new ManagedEngine(options), "portable engine, as asked for"),
        EngineKind.Linux => throw new PlatformNotSupportedException("The Linux engine is not part of this build."),
        _ => (new ManagedEngine(options), "portable engine: no other is part of this build"),
    };
}
