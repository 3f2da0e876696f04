using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Simulation.Client;

/// <summary>A UDP socket of a host.</summary>
internal sealed class SimulatedDatagramSocket : IDatagramSocket
{
    /// <summary>The longest payload of UDP over IPv4, and over IPv6.</summary>
    private const int MaxIPv4Length = 65_507, MaxIPv6Length = 65_527;

    /// <summary>What Linux keeps for a socket that is not read, by default.</summary>
    private const int MaxKeptBytes = 212_992;

    private readonly SimulatedWorld _world;
    private readonly Host _host;
    private readonly TransportAddress _remote;
    private readonly Queue<Packet> _kept = new();
    private int _keptBytes;
    private TaskCompletionSource<ReceivedDatagram>? _waiting;
    private Memory<byte> _buffer;
    private bool _isClosed;

    // While the gate is held.
    public SimulatedDatagramSocket(SimulatedWorld world, Host host, in TransportAddress local, in TransportAddress remote)
    {
        _world = world;
        _host = host;
        _remote = remote;
        LocalAddress = local;
        host.Open(in local, OnPacket);
    }

    public TransportAddress LocalAddress { get; }

    public NetworkStatus Send(ReadOnlySpan<byte> datagram, in TransportAddress destination)
    {
        if (datagram.Length > (LocalAddress.IsIPv4 ? MaxIPv4Length : MaxIPv6Length)) return NetworkStatus.TooLong;
        if (_remote.IsNone ? destination.Family != LocalAddress.Family : destination != _remote) return NetworkStatus.AddressNotAvailable;

        lock (_world.Gate)
        {
            if (_isClosed) return NetworkStatus.Closed;

            TransportAddress source = LocalAddress.IsUnspecified ? _host.FirstLike(in destination).WithPort(LocalAddress.Port) : LocalAddress;
            if (!_host.Has(in source)) return NetworkStatus.Unreachable;

            _host.Send(in source, in destination, datagram);
            return NetworkStatus.Ok;
        }
    }

    public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer)
    {
        lock (_world.Gate)
        {
            if (_waiting is not null) throw new InvalidOperationException("Another receive waits.");
            if (_isClosed) return new(new ReceivedDatagram(NetworkStatus.Closed, 0, default));
            if (_kept.TryDequeue(out Packet packet))
            {
                _keptBytes -= packet.Bytes.Length;
                return new(Fill(packet, buffer));
            }

            _buffer = buffer;
            _waiting = new TaskCompletionSource<ReceivedDatagram>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_waiting.Task);
        }
    }

    public void Dispose()
    {
        lock (_world.Gate)
        {
            if (_isClosed) return;

            _isClosed = true;
            _host.Close(LocalAddress);
            Complete(new ReceivedDatagram(NetworkStatus.Closed, 0, default));
        }
    }

    private void OnPacket(Packet packet)
    {
        if (!_remote.IsNone && packet.Source != _remote) return;

        if (_waiting is not null)
        {
            Complete(Fill(packet, _buffer));
        }
        else if (_keptBytes + packet.Bytes.Length <= MaxKeptBytes)
        {
            _kept.Enqueue(packet);
            _keptBytes += packet.Bytes.Length;
        }
    }

    private void Complete(ReceivedDatagram result)
    {
        TaskCompletionSource<ReceivedDatagram>? waiting = _waiting;
        (_waiting, _buffer) = (null, default);
        waiting?.SetResult(result);
    }

    private static ReceivedDatagram Fill(Packet packet, Memory<byte> buffer)
    {
        int length = Math.Min(packet.Bytes.Length, buffer.Length);
        packet.Bytes.AsSpan(0, length).CopyTo(buffer.Span);
        return new ReceivedDatagram(length < packet.Bytes.Length ? NetworkStatus.TooLong : NetworkStatus.Ok, length, packet.Source);
    }
}
