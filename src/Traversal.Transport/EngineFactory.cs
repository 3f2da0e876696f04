using Traversal.Transport.Linux;
using Traversal.Transport.Managed;

namespace Traversal.Transport;

/// <summary>Chooses an engine and says why.</summary>
internal static class EngineFactory
{
    public static (DatagramEngine Engine, string Choice) Create(EngineKind kind, DatagramEngineOptions options)
    {
        if (kind == EngineKind.Managed) return (new ManagedEngine(options), "portable engine, as asked for");
        if (LinuxEngine.TryCreate(options, out LinuxEngine? engine, out string reason)) return (engine, $"Linux engine: {reason}");
        if (kind == EngineKind.Linux) throw new PlatformNotSupportedException($"The Linux engine does not work here: {reason}.");
        return (new ManagedEngine(options), $"portable engine: {reason}");
    }
}
