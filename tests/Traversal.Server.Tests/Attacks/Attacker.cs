using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>A client on a real socket that sends whatever an attack needs, from whatever loopback address.</summary>
internal sealed class Attacker : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[TurnFrame.MaxLength];
    private readonly string _user;
    private readonly IntegrityKey _key;
    private int _buffered;

    public Attacker(ListenEndpoint server, string user = TurnTestClient.User, string password = TurnTestClient.Password, string? from = null, IntegrityKey? key = null)
    {
        _user = user;
        _key = key ?? IntegrityKey.LongTerm(PasswordAlgorithm.Md5, Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(TurnTestClient.Realm), Encoding.UTF8.GetBytes(password));
        bool udp = server.Transport == ListenTransport.Udp;
        AddressFamily family = server.Address.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        _socket = new Socket(family, udp ? SocketType.Dgram : SocketType.Stream, udp ? ProtocolType.Udp : ProtocolType.Tcp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        if (from is not null) _socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        _socket.Connect(server.Address.ToIPEndPoint());
    }

    public byte[] Nonce { get; set; } = [];

    public TransportAddress Relayed { get; private set; }

    public Socket Socket => _socket;

    public int Allocate(Build? build = null)
    {
        byte[] answer = Request(StunMethod.Allocate, (ref StunMessageWriter writer) =>
        {
            writer.AddRequestedTransport(TransportProtocol.Udp);
            build?.Invoke(ref writer);
        });
        if (Parse(answer).TryGetXorAddress(StunAttributeType.XorRelayedAddress, out TransportAddress relayed)) Relayed = relayed;
        return TurnTestClient.ErrorOf(answer);
    }

    public int Permit(params string[] peers) => TurnTestClient.ErrorOf(Request(StunMethod.CreatePermission, (ref StunMessageWriter writer) =>
    {
        foreach (string peer in peers) writer.AddPeerAddress(Address(peer));
    }));

    public int Bind(ushort channel, string peer) => TurnTestClient.ErrorOf(Request(StunMethod.ChannelBind, (ref StunMessageWriter writer) =>
    {
        writer.AddChannelNumber(new ChannelNumber(channel));
        writer.AddPeerAddress(Address(peer));
    }));

    public int Refresh(uint lifetime) => TurnTestClient.ErrorOf(Request(StunMethod.Refresh, (ref StunMessageWriter writer) => writer.AddLifetime(lifetime)));

    public void SendTo(string peer, byte[] data) => Send(TestClient.Indication(Address(peer).ToString(), data));

    public void SendBy(ushort channel, byte[] data) => Send(TestClient.ChannelDataBytes(channel, data));

    /// <summary>Returns when the server has worked off all that was sent before.</summary>
    public void Settle() => Ask(Message(StunMethod.Binding, null, authenticate: false));

    /// <summary>An authenticated request; a nonce is fetched where there is none.</summary>
    public byte[] Request(StunMethod method, Build? build)
    {
        if (Nonce.Length == 0)
        {
            byte[] challenge = Ask(Message(StunMethod.Allocate, (ref StunMessageWriter writer) => writer.AddRequestedTransport(TransportProtocol.Udp), authenticate: false));
            Nonce = Parse(challenge).TryGet(StunAttributeType.Nonce, out ReadOnlySpan<byte> nonce) ? nonce.ToArray() : [];
        }

        return Ask(Message(method, build, authenticate: true));
    }

    public byte[] Message(StunMethod method, Build? build, bool authenticate)
    {
        byte[] buffer = new byte[1024];
        TransactionId id = TransactionId.Create(RandomSource.System);
        var writer = new StunMessageWriter(buffer, StunClass.Request, method, in id);
        build?.Invoke(ref writer);
        if (authenticate)
        {
            writer.Add(StunAttributeType.Username, Encoding.UTF8.GetBytes(_user));
            writer.Add(StunAttributeType.Realm, Encoding.UTF8.GetBytes(TurnTestClient.Realm));
            writer.Add(StunAttributeType.Nonce, Nonce);
        }

        return buffer[..writer.Finish(authenticate ? _key : null, authenticate ? StunIntegrity.Sha1 : StunIntegrity.None, fingerprint: false)];
    }

    /// <summary>Sends a request and waits for the answer with its transaction id.</summary>
    public byte[] Ask(byte[] request)
    {
        Send(request);
        while (Receive() is { } frame)
        {
            if (frame.Length >= 20 && frame.AsSpan(8, 12).SequenceEqual(request.AsSpan(8, 12))) return frame;
        }

        throw new IOException("The server closed the connection.");
    }

    /// <summary>The same; false when the server has closed the connection.</summary>
    public bool TryAsk(byte[] request)
    {
        try
        {
            Ask(request);
            return true;
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            return false;
        }
    }

    public void Send(ReadOnlySpan<byte> bytes) => _socket.Send(bytes);

    /// <summary>The next message; null when the server closed the connection.</summary>
    public byte[]? Receive()
    {
        if (_socket.SocketType == SocketType.Dgram) return _buffer[.._socket.Receive(_buffer)];
        while (true)
        {
            if (TurnFrame.TryRead(_buffer.AsSpan(0, _buffered), out int length, out int consumed) == OperationStatus.Done)
            {
                byte[] frame = _buffer[..Math.Min(consumed, _buffered)];
                _buffer.AsSpan(frame.Length, _buffered - frame.Length).CopyTo(_buffer);
                _buffered -= frame.Length;
                return frame;
            }

            int read = TryRead();
            if (read == 0) return null;
            _buffered += read;
        }
    }

    public void Dispose() => _socket.Dispose();

    public static StunMessage Parse(byte[] answer)
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(answer, out StunMessage message));
        return message;
    }

    // Unlike the address type's own reading, this keeps the spelling ::ffff:a.b.c.d.
    private static TransportAddress Address(string peer)
    {
        IPEndPoint endpoint = IPEndPoint.Parse(peer);
        return TransportAddress.From(endpoint.Address, endpoint.Port == 0 ? (ushort)9 : (ushort)endpoint.Port);
    }

    private int TryRead()
    {
        try
        {
            return _socket.Receive(_buffer.AsSpan(_buffered), SocketFlags.None);
        }
        catch (SocketException reset) when (reset.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            return 0;
        }
    }
}
