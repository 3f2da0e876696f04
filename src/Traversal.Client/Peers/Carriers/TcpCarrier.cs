using Traversal.Client.Network;

namespace Traversal.Client.Peers;

/// <summary>A TCP connection to the other side, whose preface has come.</summary>
internal sealed class TcpCarrier(TcpConnection connection, bool isInitiator) : PeerCarrier
{
    public override PeerCarrierKind Kind => PeerCarrierKind.Tcp;

    public override bool IsInitiator => isInitiator;

    public override Stream Stream => connection.Stream;

    // A byte of its own: of a socket one cannot learn for certain whether there is something to read without reading it.
    public override ValueTask ChooseAsync(CancellationToken cancellationToken) => connection.Stream.WriteAsync(new byte[1], cancellationToken);

    public override ValueTask WaitForChoiceAsync(CancellationToken cancellationToken) => connection.Stream.ReadExactlyAsync(new byte[1], cancellationToken);

    public override ValueTask DisposeAsync() => connection.DisposeAsync();
}
