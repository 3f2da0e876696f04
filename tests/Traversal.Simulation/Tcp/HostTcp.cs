using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>The TCP of a host.</summary>
public sealed class HostTcp
{
    /// <summary>How long an answer is waited for: as long as Linux does.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(127);

    private readonly VirtualNetwork _network;
    private readonly Host _host;
    private readonly Dictionary<(TransportAddress Local, TransportAddress Remote), TcpEnd> _ends = [];
    private readonly Dictionary<TransportAddress, Action<TcpEnd>> _listeners = [];

    internal HostTcp(VirtualNetwork network, Host host)
    {
        _network = network;
        _host = host;
    }

    /// <summary>Connects.</summary>
    /// <param name="local">An address of the host, with a port.</param>
    /// <param name="remote">Where to.</param>
    /// <param name="changed">The <see cref="TcpEnd.OnChanged"/> of the end.</param>
    public TcpEnd Connect(in TransportAddress local, in TransportAddress remote, Action changed)
    {
        var end = new TcpEnd(this, in local, in remote, TcpState.Connecting) { OnChanged = changed };
        _ends[(local, remote)] = end;
        _network.Schedule(ConnectTimeout, end.OnConnectTimeout);
        end.Send(TcpFlags.Open, []);
        return end;
    }

    /// <summary>Listens.</summary>
    /// <param name="local">An address of the host or the unspecified one, with a port.</param>
    /// <param name="accept">Called with every connection that comes.</param>
    public void Listen(in TransportAddress local, Action<TcpEnd> accept) => _listeners[local] = accept;

    /// <summary>Listens no more; the connections go on.</summary>
    public void StopListening(in TransportAddress local) => _listeners.Remove(local);

    /// <summary>Whether an address and port are in use.</summary>
    public bool IsTaken(in TransportAddress local)
    {
        TransportAddress wanted = local;
        return _listeners.Keys.Any(taken => Host.Clashes(in taken, in wanted)) || _ends.Keys.Any(taken => Host.Clashes(in taken.Local, in wanted));
    }

    internal void OnPacket(Packet packet)
    {
        if (_ends.TryGetValue((packet.Destination, packet.Source), out TcpEnd? end))
            end.OnSegment(packet.Segment!, packet.Bytes);
        else if (packet.Segment!.Flags == TcpFlags.Open && FindListener(packet.Destination) is { } accept)
            Accept(packet, accept);
        else if (!packet.Segment.Flags.HasFlag(TcpFlags.Reset))
            Send(packet.Destination, packet.Source, new TcpSegment(TcpFlags.Reset, 0, 0), []);
    }

    internal void Send(in TransportAddress source, in TransportAddress destination, TcpSegment segment, ReadOnlySpan<byte> bytes) =>
        _host.Send(new Packet(source, destination, bytes.ToArray()) { Segment = segment });

    internal void Remove(TcpEnd end) => _ends.Remove((end.Local, end.Remote));

    private Action<TcpEnd>? FindListener(in TransportAddress local) =>
        _listeners.TryGetValue(local, out Action<TcpEnd>? accept) || _listeners.TryGetValue(Host.AnyLike(in local), out accept) ? accept : null;

    private void Accept(Packet packet, Action<TcpEnd> accept)
    {
        var end = new TcpEnd(this, packet.Destination, packet.Source, TcpState.Open);
        _ends[(end.Local, end.Remote)] = end;
        end.Send(TcpFlags.Accept, []);
        accept(end);
    }
}
