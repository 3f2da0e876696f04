using Traversal.Client.Network;
using Traversal.Client.Sockets;
using Traversal.Peer.Datagrams;
using Traversal.Peer.Handshake;

namespace Traversal.Client.Peers;

/// <content>Datagrams beside the streams: sealed on the path itself where there is one, or in the TLS session, where they cannot be lost but may be dropped.</content>
internal sealed partial class PeerSession : IThreadPoolWorkItem
{
    private const int MaxLength = ushort.MaxValue, MaxLengthInStream = 16 << 10;

    [ThreadStatic]
    private static byte[]? Scratch;

    private readonly Lock _sealGate = new();
    private ConnectionKeys? _keys;
    private DatagramSeal? _seal; // Made when the first datagram goes or comes: many connections have none.
    private long _unopened;

    /// <summary>What has come for the application.</summary>
    public DatagramInbox Inbox { get; } = new();

    /// <summary>Datagrams of strangers, doubled ones, and such as came before the keys.</summary>
    public long Unopened => Volatile.Read(ref _unopened);

    /// <summary>The longest that may pass.</summary>
    public int MaxDatagramLength => _carrier is ReliableCarrier path ? path.DatagramLength - DatagramSeal.Overhead : MaxLengthInStream;

    public NetworkStatus SendDatagram(ReadOnlySpan<byte> payload)
    {
        if (Failure is not null) return NetworkStatus.Closed;
        if (payload.Length > MaxDatagramLength) return NetworkStatus.TooLong;
        if (_carrier is not ReliableCarrier path) return SendInStream(payload);

        Span<byte> packet = Buffer.AsSpan(0, payload.Length + DatagramSeal.Overhead);
        lock (_sealGate)
        {
            if (Seal is not { } seal || seal.Seal(payload, packet) == 0) return NetworkStatus.Closed;
        }

        return path.Send(packet);
    }

    void IReliableUser.OnDatagram(ReadOnlySpan<byte> datagram)
    {
        Span<byte> payload = Buffer;
        DatagramArrival arrival = DatagramArrival.NotDatagram;
        int length = 0;
        lock (_sealGate)
        {
            if (DatagramSeal.LooksLikeDatagram(datagram) && Seal is { } seal) arrival = seal.TryOpen(datagram, payload, out length);
        }

        if (arrival != DatagramArrival.Opened) Interlocked.Increment(ref _unopened);
        else Put(payload[..length]);
    }

    // Whoever receives goes on in another thread than the one that receives for all.
    void IThreadPoolWorkItem.Execute() => Inbox.Wake();

    private static byte[] Buffer => Scratch ??= GC.AllocateUninitializedArray<byte>(MaxLength);

    private void OpenDatagrams(ReadOnlySpan<byte> own, ReadOnlySpan<byte> others)
    {
        if (_carrier is not ReliableCarrier || Failure is not null) return;

        lock (_sealGate) _keys = _carrier.IsInitiator ? ConnectionKeys.Derive(own, others) : ConnectionKeys.Derive(others, own);
    }

    // Under its gate.
    private DatagramSeal? Seal => _seal ??= _keys?.CreateDatagramSeal(_carrier.IsInitiator);

    private void CloseDatagrams()
    {
        lock (_sealGate)
        {
            _seal?.Dispose();
            (_seal, _keys) = (null, null);
        }

        Inbox.Close();
    }

    private NetworkStatus SendInStream(ReadOnlySpan<byte> payload)
    {
        bool isTaken;
        lock (_gate) isTaken = _multiplexer.TrySendDatagram(payload);
        Pump();
        return isTaken ? NetworkStatus.Ok : NetworkStatus.NoBuffer;
    }

    private void TakeDatagrams()
    {
        Span<byte> payload = Buffer;
        while (true)
        {
            int length;
            lock (_gate)
            {
                if (!_multiplexer.TryTakeDatagram(payload, out length)) return;
            }

            Put(payload[..length]);
        }
    }

    private void Put(ReadOnlySpan<byte> payload)
    {
        if (Inbox.Put(default, payload)) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
