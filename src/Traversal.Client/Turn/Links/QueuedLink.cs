using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Links;

/// <summary>A server over a connection, which takes messages when it has room: until then they wait, to a bound.</summary>
/// <param name="local">The local end.</param>
internal abstract class QueuedLink(TransportAddress local) : ServerLink
{
    private readonly OutboundBuffer _outbound = new();

    public override bool IsStream => true;

    public override TransportAddress LocalAddress => local;

    public override NetworkStatus Send(ReadOnlySpan<byte> message, bool isData) =>
        _outbound.TryAdd(message, isData) ? NetworkStatus.Ok : NetworkStatus.NoBuffer;

    public override ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken) => new(_outbound.WaitForRoomAsync(cancellationToken));

    public override ValueTask DisposeAsync()
    {
        _outbound.Close();
        return CloseAsync();
    }

    /// <summary>Writes messages that stand in a row.</summary>
    protected abstract ValueTask WriteAsync(ReadOnlyMemory<byte> messages);

    /// <summary>Closes the connection.</summary>
    protected abstract ValueTask CloseAsync();

    /// <summary>Whether an exception says that the connection is broken, and not that something here is.</summary>
    protected abstract bool IsBreak(Exception exception);

    /// <summary>Writes whatever is sent, until the connection breaks or is closed. The constructor of a connection calls it last.</summary>
    protected async Task WriteAllAsync()
    {
        try
        {
            while (!_outbound.IsClosed)
            {
                await _outbound.WaitAsync().ConfigureAwait(false);
                ReadOnlyMemory<byte> messages = _outbound.Take();
                if (!messages.IsEmpty) await WriteAsync(messages).ConfigureAwait(false);
            }
        }
        catch (Exception broken) when (IsBreak(broken))
        {
            // Who receives is told.
            _outbound.Close();
        }
    }
}
