using System.Net;
using System.Net.Sockets;
using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Server.Tests;

/// <summary>One TURN client on a real socket, over UDP, TCP or a stream on top: enough to allocate, bind a channel and exchange data, nothing more.</summary>
internal sealed class TurnTestClient : IDisposable
{
    public const string User = "alice", Password = "correct-horse", Realm = "example.org";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket? _datagrams;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[TurnFrame.MaxLength];
    private readonly IntegrityKey _key;
    private byte[]? _nonce;
    private int _buffered;
    private bool _leavesOpen;

    private TurnTestClient(Socket? datagrams, Stream stream, string password)
    {
        _datagrams = datagrams;
        _stream = stream;
        _key = IntegrityKey.LongTerm(PasswordAlgorithm.Md5, Encoding.UTF8.GetBytes(User), Encoding.UTF8.GetBytes(Realm), Encoding.UTF8.GetBytes(password));
    }

    /// <summary>What stands in front of every datagram, as a proxy puts it there.</summary>
    public byte[] DatagramHeader { get; set; } = [];

    public TransportAddress Relayed { get; private set; }

    /// <summary>What the last allocation reserved; 0 if nothing.</summary>
    public ulong ReservationToken { get; private set; }

    public static async Task<TurnTestClient> ConnectAsync(ListenEndpoint server, string password = Password)
    {
        bool udp = server.Transport == ListenTransport.Udp;
        var socket = new Socket(AddressFamily.InterNetwork, udp ? SocketType.Dgram : SocketType.Stream, udp ? ProtocolType.Udp : ProtocolType.Tcp);
        await socket.ConnectAsync(server.Address.ToIPEndPoint());
        return new TurnTestClient(udp ? socket : null, udp ? Stream.Null : new NetworkStream(socket, ownsSocket: true), password);
    }

    public static TurnTestClient Over(Stream stream, bool leaveOpen = false) => new(null, stream, Password) { _leavesOpen = leaveOpen };

    /// <summary>Allocates, answering the challenge; 0, or the code of the error.</summary>
    /// <param name="writeMore">What else it asks for.</param>
    public async Task<int> AllocateAsync(AttributeWriting? writeMore = null)
    {
        AttributeWriting write = (ref StunMessageWriter writer) =>
        {
            writer.AddRequestedTransport(TransportProtocol.Udp);
            writeMore?.Invoke(ref writer);
        };
        byte[] answer = await AskAsync(StunMethod.Allocate, write);
        if (ErrorOf(answer) == 401) answer = await AskAsync(StunMethod.Allocate, write);
        if (ErrorOf(answer) is var error and not 0) return error;

        StunMessage.TryParse(answer, out StunMessage message);
        Assert.True(message.VerifyIntegrity(_key));
        Assert.True(message.TryGetXorAddress(StunAttributeType.XorRelayedAddress, out TransportAddress relayed));
        Relayed = relayed;
        if (message.ReadReservationToken(out ulong token) == TurnAttributeStatus.Present) ReservationToken = token;
        return 0;
    }

    public async Task<int> BindAsync(ChannelNumber channel, TransportAddress peer) => ErrorOf(await AskAsync(StunMethod.ChannelBind, (ref StunMessageWriter writer) =>
    {
        writer.AddChannelNumber(channel);
        writer.AddPeerAddress(in peer);
    }));

    public async Task<int> RefreshAsync(uint lifetimeSeconds) =>
        ErrorOf(await AskAsync(StunMethod.Refresh, (ref StunMessageWriter writer) => writer.AddLifetime(lifetimeSeconds)));

    public async Task<byte[]> BindingAsync() => await AskAsync(StunMethod.Binding, static (ref StunMessageWriter _) => { });

    public Task SendAsync(ReadOnlyMemory<byte> bytes) =>
        _datagrams is null ? _stream.WriteAsync(bytes).AsTask() : _datagrams.SendAsync((byte[])[.. DatagramHeader, .. bytes.Span], SocketFlags.None);

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_datagrams is null)
        {
            _stream.Write(bytes);
        }
        else
        {
            _datagrams.Send(bytes);
        }
    }

    /// <summary>Changes how datagrams are sent.</summary>
    public void ConfigureDatagrams(Action<Socket> configure) => configure(_datagrams!);

    public int Receive(Span<byte> buffer) => _datagrams?.Receive(buffer) ?? _stream.Read(buffer);

    /// <summary>The next frame from the server; null when it closed the connection.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        if (_datagrams is not null) return _buffer[..await _datagrams.ReceiveAsync(_buffer, SocketFlags.None, deadline.Token)];
        while (true)
        {
            if (TurnFrame.TryRead(_buffer.AsSpan(0, _buffered), out int length, out int consumed) == System.Buffers.OperationStatus.Done)
            {
                byte[] frame = _buffer[..length];
                _buffer.AsSpan(consumed.._buffered).CopyTo(_buffer);
                _buffered -= Math.Min(consumed, _buffered);
                return frame;
            }

            int read = await _stream.ReadAsync(_buffer.AsMemory(_buffered), deadline.Token);
            if (read == 0) return null;
            _buffered += read;
        }
    }

    public static byte[] ChannelMessage(ChannelNumber channel, ReadOnlySpan<byte> data)
    {
        byte[] message = new byte[ChannelData.StreamLength(data.Length)];
        ChannelData.WriteHeader(message, channel, data.Length);
        data.CopyTo(message.AsSpan(ChannelData.HeaderLength));
        return message;
    }

    public static int ErrorOf(ReadOnlySpan<byte> answer)
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(answer, out StunMessage message));
        return message.Class == StunClass.ErrorResponse && message.TryGetErrorCode(out StunErrorCode code, out _) ? (int)code : 0;
    }

    public void Dispose()
    {
        _datagrams?.Dispose();
        if (!_leavesOpen) _stream.Dispose();
    }

    public delegate void AttributeWriting(ref StunMessageWriter writer);

    /// <summary>What has come in behind the last frame.</summary>
    public byte[] Rest => _buffer[.._buffered];

    /// <summary>A request, authenticated once there is a nonce.</summary>
    public byte[] Write(StunMethod method, AttributeWriting write)
    {
        var id = TransactionId.Create(RandomSource.System);
        return WriteRequest(method, in id, write);
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    public async Task<byte[]> AskAsync(StunMethod method, AttributeWriting write)
    {
        var id = TransactionId.Create(RandomSource.System);
        await SendAsync(WriteRequest(method, in id, write));
        while (await ReceiveAsync() is { } frame)
        {
            if (StunMessage.TryParse(frame, out StunMessage message) != StunParseStatus.Ok || message.TransactionId != id) continue;
            if (message.TryGet(StunAttributeType.Nonce, out ReadOnlySpan<byte> nonce)) _nonce = nonce.ToArray();
            return frame;
        }

        throw new IOException("The server closed the connection.");
    }

    private byte[] WriteRequest(StunMethod method, in TransactionId id, AttributeWriting write)
    {
        byte[] request = new byte[512];
        var writer = new StunMessageWriter(request, StunClass.Request, method, in id);
        write(ref writer);
        bool authenticated = _nonce is not null && method != StunMethod.Binding;
        if (authenticated)
        {
            writer.Add(StunAttributeType.Username, Encoding.UTF8.GetBytes(User));
            writer.Add(StunAttributeType.Realm, Encoding.UTF8.GetBytes(Realm));
            writer.Add(StunAttributeType.Nonce, _nonce);
        }

        int length = writer.Finish(_key, authenticated ? StunIntegrity.Sha1 : StunIntegrity.None, fingerprint: true);
        return request[..length];
    }
}
