using System.Threading.Channels;

namespace Traversal.Client;

/// <summary>Signals between two connections of one process, for tests and samples.</summary>
public sealed class InMemorySignaling : ISignaling
{
    private const int MaxWaiting = 256;

    private readonly ChannelReader<IceSignal> _incoming;
    private readonly ChannelWriter<IceSignal> _outgoing;

    private InMemorySignaling(ChannelReader<IceSignal> incoming, ChannelWriter<IceSignal> outgoing)
    {
        _incoming = incoming;
        _outgoing = outgoing;
    }

    /// <summary>The two ends.</summary>
    public static (InMemorySignaling One, InMemorySignaling Other) CreatePair()
    {
        var there = Channel.CreateBounded<IceSignal>(MaxWaiting);
        var back = Channel.CreateBounded<IceSignal>(MaxWaiting);
        return (new InMemorySignaling(back, there), new InMemorySignaling(there, back));
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(IceSignal signal, CancellationToken cancellationToken) => _outgoing.WriteAsync(signal, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IceSignal?> ReceiveAsync(CancellationToken cancellationToken) =>
        await _incoming.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && _incoming.TryRead(out IceSignal? signal) ? signal : null;

    /// <summary>Says that nothing more will come.</summary>
    public void Complete() => _outgoing.TryComplete();
}
