using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Benchmarks.Relay;

/// <summary>
/// A relay machine without sockets and its clients, each with an allocation, a permission and a channel to one peer, and a channel to its neighbour's
/// relayed address.
/// </summary>
internal sealed class RelayClients
{
    public static readonly SocketId Via = new(1);
    public static readonly TransportAddress Peer = TransportAddress.Parse("9.9.9.9:9");
    public static readonly ChannelNumber ToPeer = new(0x4000);
    public static readonly ChannelNumber ToNeighbour = new(0x4001);

    /// <summary>How many clients share an address, and so a nonce.</summary>
    public const int ClientsOnAddress = 64;

    private static readonly TransportAddress FirstAddress = TransportAddress.Parse("198.1.0.0:1024");

    private readonly byte[] _reply = new byte[RelayMachine.MinReplyLength];
    private readonly RelayRequests _requests = new(RandomSource.Seeded(3));
    private readonly TransportAddress[] _relayed;

    public RelayClients(int count)
        : this(count, new RelayGroup(RelayRequests.Options(count), RandomSource.Seeded(2)), shard: 0)
    {
    }

    /// <summary>The clients of one of several machines.</summary>
    public RelayClients(int count, RelayGroup group, int shard)
    {
        Handles = new int[count];
        _relayed = new TransportAddress[count];
        Machine = new RelayMachine(group, shard, RelayRequests.Credentials, RandomSource.Seeded(2));
        Machine.AddListener(Via, TransportAddress.Parse("198.0.2.1:3478"), ListenerKind.Datagram);
        byte[][] nonces = new byte[count][];
        for (int client = 0; client < count; client++)
        {
            nonces[client] = client % ClientsOnAddress == 0 ? FetchNonce(Machine, _requests, AddressOf(client), Start, _reply) : nonces[client - 1];
            Allocate(client, nonces[client]);
        }

        for (int client = 0; client < count; client++)
        {
            Ask(client, _requests.CreatePermission(nonces[client], Peer));
            Ask(client, _requests.ChannelBind(nonces[client], ToPeer, Peer));
            Ask(client, _requests.ChannelBind(nonces[client], ToNeighbour, _relayed[client ^ 1]));
        }
    }

    /// <summary>When all of that is made.</summary>
    public static Clock Start { get; } = new(new MonotonicTime(1_000_000_000_000), DateTimeOffset.FromUnixTimeSeconds(1_750_000_000));

    public RelayMachine Machine { get; }

    /// <summary>The allocations by client.</summary>
    public int[] Handles { get; }

    public static TransportAddress AddressOf(int client) => TransportAddress.FromIPv4(
        FirstAddress.IPv4Bits + (uint)(client / ClientsOnAddress), (ushort)(FirstAddress.Port + client % ClientsOnAddress));

    /// <summary>What a client learns from being refused.</summary>
    public static byte[] FetchNonce(RelayMachine machine, RelayRequests requests, in TransportAddress address, in Clock now, byte[] reply)
    {
        RelayVerdict refusal = machine.OnClientDatagram(Via, in address, requests.Allocate([]), reply, in now);
        StunMessage.TryParse(reply.AsSpan(refusal.Offset, refusal.Length), out StunMessage message);
        return message.TryGet(StunAttributeType.Nonce, out ReadOnlySpan<byte> nonce) ? nonce.ToArray() : throw Unexpected();
    }

    private void Allocate(int client, byte[] nonce)
    {
        TransportAddress address = AddressOf(client);
        Machine.OnClientDatagram(Via, in address, _requests.Allocate(nonce), _reply, Start);
        if (!Machine.TryTakeCommand(out RelayCommand command)) throw Unexpected();

        Handles[client] = command.Allocation;
        StunMessage answer = Read(Machine.OnRelayOpened(command.Allocation, new SocketId(client + 2), _reply, Start));
        if (!answer.TryGetXorAddress(StunAttributeType.XorRelayedAddress, out _relayed[client])) throw Unexpected();
    }

    private void Ask(int client, byte[] request)
    {
        TransportAddress address = AddressOf(client);
        Read(Machine.OnClientDatagram(Via, in address, request, _reply, Start));
    }

    private StunMessage Read(in RelayVerdict verdict)
    {
        StunMessage.TryParse(_reply.AsSpan(verdict.Offset, verdict.Length), out StunMessage message);
        return message.Class == StunClass.SuccessResponse ? message : throw Unexpected();
    }

    private static InvalidOperationException Unexpected() => new("The relay did not answer as it should.");
}
