using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Turn;

/// <summary>A peer that sends back whatever comes.</summary>
internal sealed class EchoPeer : IDisposable
{
    private readonly IDatagramSocket _socket;

    public EchoPeer(string address = "127.0.0.1:0")
    {
        _socket = SystemNetwork.Instance.OpenDatagram(TransportAddress.Parse(address)).Value!;
        _ = RunAsync();
    }

    public TransportAddress Address => _socket.LocalAddress;

    public NetworkStatus Send(ReadOnlySpan<byte> datagram, in TransportAddress destination) => _socket.Send(datagram, in destination);

    public void Dispose() => _socket.Dispose();

    private async Task RunAsync()
    {
        byte[] buffer = new byte[ushort.MaxValue];
        while (true)
        {
            ReceivedDatagram arrival = await _socket.ReceiveAsync(buffer);
            if (arrival.Status == NetworkStatus.Closed) return;
            if (arrival.IsOk) _socket.Send(buffer.AsSpan(0, arrival.Length), arrival.Source);
        }
    }
}
