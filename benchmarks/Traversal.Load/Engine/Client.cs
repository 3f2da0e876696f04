using Traversal.Load.Measurement;
using Traversal.Load.Native;
using Traversal.Primitives;

namespace Traversal.Load.Engine;

/// <summary>One client of the server with its allocation, its peer, and the state of its flow in each direction.</summary>
internal sealed class Client(int index) : IDisposable
{
    public ArrivalWindow UpArrivals;
    public ArrivalWindow DownArrivals;

    public int Index { get; } = index;

    /// <summary>The connection to the server.</summary>
    public NativeSocket Socket { get; private set; } = null!;

    /// <summary>What a TCP connection holds between calls; null on UDP.</summary>
    public StreamBuffers? Stream { get; private set; }

    /// <summary>The nonce that requests carry; empty before the server gave one.</summary>
    public byte[] Nonce { get; set; } = [];

    /// <summary>The relay address, once allocated.</summary>
    public TransportAddress Relay { get; private set; }

    /// <summary>The relay address as the kernel takes it.</summary>
    public byte[] RelayName { get; private set; } = [];

    /// <summary>The socket that plays the peer; null when the peer is a relay address.</summary>
    public NativeSocket? Peer { get; set; }

    public TransportAddress PeerAddress { get; set; }

    /// <summary>The other client of a pair that exchanges over relay addresses: 0 and 1, 2 and 3, and so on.</summary>
    public int RelayedPeer => Index ^ 1;

    /// <summary>What stands in front of each payload to the server (<see cref="UplinkFrame"/>).</summary>
    public byte[] Header { get; set; } = [];

    /// <summary>The number of the last packet sent to the peer.</summary>
    public uint UpSequence { get; set; }

    /// <summary>The number of the last packet that the peer sent.</summary>
    public uint DownSequence { get; set; }

    /// <summary>Connects to the server, in place of an earlier connection.</summary>
    public void Connect(LoadOptions options)
    {
        const int BufferBytes = 1 << 20;
        Socket?.Dispose();
        TransportAddress any = options.Server.IsIPv4 ? TransportAddress.FromIPv4(0, 0) : TransportAddress.FromIPv6(0, 0, 0);
        TransportAddress local = options.ClientAddresses.Count == 0 ? any : options.ClientAddresses[Index % options.ClientAddresses.Count];
        Socket = options.IsStream ? NativeSocket.OpenStream(local) : NativeSocket.OpenDatagram(local);
        Stream = options.IsStream ? new StreamBuffers() : null;
        Socket.Connect(options.Server);
        if (!options.IsStream) Socket.SetBuffers(BufferBytes);
    }

    public void SetRelay(in TransportAddress relay)
    {
        Relay = relay;
        byte[] name = new byte[TransportAddress.MaxSocketAddressLength];
        RelayName = name[..relay.WriteSocketAddress(name)];
    }

    public void Dispose() => Socket?.Dispose();
}
