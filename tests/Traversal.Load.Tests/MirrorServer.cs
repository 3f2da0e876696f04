using System.Net;
using System.Net.Sockets;
using Traversal.Load.Engine;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Load.Tests;

/// <summary>
/// The least TURN server there can be, on UDP: it believes every credential, and relays with the faults that a test asks for. It runs on a
/// thread of its own until disposed.
/// </summary>
internal sealed class MirrorServer : IDisposable
{
    private readonly Socket _listener = Open();
    private readonly Dictionary<Socket, Allocation> _byRelay = [];
    private readonly Dictionary<EndPoint, Allocation> _byClient = [];
    private readonly Dictionary<(EndPoint Client, TransactionId Request), byte[]> _answers = [];
    private readonly List<byte[]> _held = [];
    private readonly byte[] _buffer = new byte[65_536];
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private int _relayed;

    public MirrorServer()
    {
        _thread = new Thread(Serve) { IsBackground = true };
    }

    /// <summary>How often the packet with this number, from 1, is passed on.</summary>
    public Func<int, int> Copies { get; init; } = _ => 1;

    /// <summary>How many packets to a peer are held back before all of them, and from then on each at once, are passed on.</summary>
    public int HeldBack { get; init; }

    public int Refusals { get; private set; }

    public int Releases { get; private set; }

    public TransportAddress Start()
    {
        _thread.Start();
        return TransportAddress.From((IPEndPoint)_listener.LocalEndPoint!);
    }

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        foreach (Socket relay in _byRelay.Keys) relay.Dispose();
        _listener.Dispose();
    }

    private static Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private void Serve()
    {
        const int PollMicroseconds = 10_000;
        while (!_isStopping)
        {
            List<Socket> readable = [_listener, .. _byRelay.Keys];
            Socket.Select(readable, null, null, PollMicroseconds);
            foreach (Socket socket in readable) Receive(socket);
        }
    }

    private void Receive(Socket socket)
    {
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        int length = socket.ReceiveFrom(_buffer.AsSpan(4), SocketFlags.None, ref from);
        Span<byte> packet = _buffer.AsSpan(4, length);
        if (socket != _listener) ToClient(_byRelay[socket], length);
        else if (DownlinkFrame.IsStun(packet)) Answer(packet, from);
        else if (DownlinkFrame.TryReadPayload(packet, out ReadOnlySpan<byte> payload)) ToPeer(_byClient[from], payload);
    }

    private void ToPeer(Allocation allocation, ReadOnlySpan<byte> payload)
    {
        if (_held.Count < HeldBack)
        {
            _held.Add(payload.ToArray());
            if (_held.Count == HeldBack) _held.ForEach(packet => allocation.Relay.SendTo(packet, allocation.Peer!));
            return;
        }

        for (int copies = Copies(++_relayed); copies > 0; copies--) allocation.Relay.SendTo(payload, allocation.Peer!);
    }

    private void ToClient(Allocation allocation, int length)
    {
        (_buffer[0], _buffer[1], _buffer[2], _buffer[3]) = (0x40, 0, (byte)(length >> 8), (byte)length);
        for (int copies = Copies(++_relayed); copies > 0; copies--) _listener.SendTo(_buffer.AsSpan(0, length + 4), allocation.Client);
    }

    private void Answer(ReadOnlySpan<byte> packet, EndPoint client)
    {
        if (StunMessage.TryParse(packet, out StunMessage request) != StunParseStatus.Ok) return;

        // A client that waited for long asks again, and is answered as before.
        if (_answers.TryGetValue((client, request.TransactionId), out byte[]? answer))
        {
            _listener.SendTo(answer, client);
            return;
        }

        Span<byte> reply = stackalloc byte[512];
        bool isKnown = request.Has(StunAttributeType.Username);
        StunMessageWriter writer = StunMessageWriter.Answer(reply, isKnown ? StunClass.SuccessResponse : StunClass.ErrorResponse, request);
        if (!isKnown) Refuse(ref writer);
        else if (request.Method == StunMethod.Allocate) Allocate(ref writer, client);
        else if (request.Method == StunMethod.ChannelBind) Bind(request, client);
        else Releases++;
        answer = _answers[(client, request.TransactionId)] = reply[..writer.Finish()].ToArray();
        _listener.SendTo(answer, client);
    }

    private void Refuse(ref StunMessageWriter writer)
    {
        Refusals++;
        writer.AddErrorCode(StunErrorCode.Unauthenticated);
        writer.Add(StunAttributeType.Realm, "realm"u8);
        writer.Add(StunAttributeType.Nonce, "nonce"u8);
    }

    private void Allocate(ref StunMessageWriter writer, EndPoint client)
    {
        Socket relay = Open();
        _byRelay[relay] = _byClient[client] = new Allocation(relay, client);
        writer.AddXorAddress(StunAttributeType.XorRelayedAddress, TransportAddress.From((IPEndPoint)relay.LocalEndPoint!));
    }

    private void Bind(in StunMessage request, EndPoint client)
    {
        request.TryGetXorAddress(StunAttributeType.XorPeerAddress, out TransportAddress peer);
        _byClient[client].Peer = peer.ToIPEndPoint();
    }

    private sealed class Allocation(Socket relay, EndPoint client)
    {
        public Socket Relay { get; } = relay;

        public EndPoint Client { get; } = client;

        public EndPoint? Peer { get; set; }
    }
}
