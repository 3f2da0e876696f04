using Traversal.Primitives;

namespace Traversal.Simulation.Client;

/// <summary>A seeded sequence that several threads draw from.</summary>
internal sealed class SharedRandomSource(ulong seed) : RandomSource
{
    private readonly Lock _gate = new();
    private readonly RandomSource _source = Seeded(seed);

    public override void Fill(Span<byte> destination)
    {
        lock (_gate) _source.Fill(destination);
    }
}
