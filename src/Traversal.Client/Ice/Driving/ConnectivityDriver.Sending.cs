using System.Buffers;
using Traversal.Client.Network;
using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client.Ice;

internal sealed partial class ConnectivityDriver
{
    private const int MaxDataLength = ushort.MaxValue;

    /// <summary>Sends data along the path; any number of threads may.</summary>
    /// <param name="data">The data.</param>
    /// <param name="port">By what it went, if by anything.</param>
    public NetworkStatus Send(ReadOnlySpan<byte> data, out Port? port)
    {
        port = null;
        if (data.Length > MaxDataLength) return NetworkStatus.TooLong;

        IceRoute route;
        lock (_gate)
        {
            if (_isClosing) return NetworkStatus.Closed;
            if (_machine.TryRouteDirect(data.Length, out route)) port = FindBase(route.Local);
        }

        return port is not null ? OrUnreachable(port.Send(data, route.Remote, isData: true)) : SendRelayed(data, out port);
    }

    /// <summary>Sends datagrams of one size that lie one behind the other; the last may be shorter.</summary>
    public NetworkStatus SendRun(ReadOnlySpan<byte> datagrams, int size, out int taken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        taken = 0;
        BasePort? port = null;
        IceRoute route;
        lock (_gate)
        {
            if (_isClosing) return NetworkStatus.Closed;
            if (_machine.TryRouteDirect(datagrams.Length, out route, packets: (datagrams.Length + size - 1) / size)) port = FindBase(route.Local);
        }

        return port is not null ? OrUnreachable(port.SendRun(datagrams, size, route.Remote, out taken)) : SendEach(datagrams, size, out taken);
    }

    // The socket went with its address between the decision and the call; the connection goes on by another.
    private NetworkStatus OrUnreachable(NetworkStatus status) => status == NetworkStatus.Closed && !Volatile.Read(ref _isClosing) ? NetworkStatus.Unreachable : status;

    private NetworkStatus SendEach(ReadOnlySpan<byte> datagrams, int size, out int taken)
    {
        for (taken = 0; taken < datagrams.Length;)
        {
            int length = Math.Min(size, datagrams.Length - taken);
            NetworkStatus status = Send(datagrams.Slice(taken, length), out _);
            if (status != NetworkStatus.Ok) return status;
            taken += length;
        }

        return NetworkStatus.Ok;
    }

    private NetworkStatus SendRelayed(ReadOnlySpan<byte> data, out Port? port)
    {
        port = null;
        byte[] packet = ArrayPool<byte>.Shared.Rent(ConnectivityMachine.Headroom + data.Length + ConnectivityMachine.Tailroom);
        data.CopyTo(packet.AsSpan(ConnectivityMachine.Headroom));
        ConnectivityTransmit transmit;
        lock (_gate)
        {
            MonotonicTime now = _clock.Now;
            if (_machine.TryWrap(packet, data.Length, now, out transmit)) port = Find(in transmit);
            if (_machine.NextDeadline < _armed) Serve(now);
        }

        NetworkStatus status = port?.Send(packet.AsSpan(transmit.Offset, transmit.Length), transmit.Remote, isData: true) ?? NetworkStatus.Unreachable;
        ArrayPool<byte>.Shared.Return(packet);
        return status;
    }
}
