using System.Threading.Channels;
using Traversal.Client;

namespace Traversal.Simulation.Client;

/// <summary>One end of a way for signals through virtual time.</summary>
internal sealed class SimulatedSignaling : ISignaling
{
    private readonly SimulatedWorld _world;
    private readonly TimeSpan _delay;
    private readonly Channel<IceSignal> _arrived = Channel.CreateUnbounded<IceSignal>();
    private SimulatedSignaling? _other;

    private SimulatedSignaling(SimulatedWorld world, TimeSpan delay)
    {
        _world = world;
        _delay = delay;
    }

    public static (ISignaling One, ISignaling Other) CreatePair(SimulatedWorld world, TimeSpan delay)
    {
        var one = new SimulatedSignaling(world, delay);
        var other = new SimulatedSignaling(world, delay) { _other = one };
        one._other = other;
        return (one, other);
    }

    public ValueTask SendAsync(IceSignal signal, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _world.Do(() => _world.Network.Schedule(_delay, () => _other!._arrived.Writer.TryWrite(signal)));
        return ValueTask.CompletedTask;
    }

    public async ValueTask<IceSignal?> ReceiveAsync(CancellationToken cancellationToken) => await _arrived.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
