using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>
/// An allocation (RFC 8656 section 6). What a packet to a peer needs stands in the first 112 bytes, and what one to a client needs in the first 168;
/// the size is whole cache lines, so that none of them is shared with the next. There are no references, so the collector never looks here.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 5 * CacheLine)]
internal struct Allocation
{
    private const int CacheLine = 64;

    public TransportAddress Client;
    public SocketId Via;
    public SocketId Relay;

    /// <summary>The slot of the second relayed address of a dual allocation, else <see cref="RelayMachine.NoSlot"/>.</summary>
    public int Second;

    public AllocationPhase Phase;
    public bool IsStream;

    /// <summary>A loopback client is free of quotas and rates.</summary>
    public bool IsExempt;

    /// <summary>Whether the answer to the Allocate ends with FINGERPRINT, as the request did.</summary>
    public bool WantsFingerprint;

    /// <summary>When the rate bucket would be empty, in nanoseconds.</summary>
    public long BucketEmptyAt;

    public MonotonicTime ExpiresAt;
    public long PacketsToPeers;
    public long BytesToPeers;

    /// <summary>The first channel, which is the only one of most allocations.</summary>
    public Channel First;

    public int Handle;
    public long PacketsToClient;
    public long BytesToClient;

    public ushort ChannelCount;
    public ushort PermissionCount;

    /// <summary>The channels after the first one.</summary>
    public int FirstChannel;

    public int FirstPermission;

    /// <summary>The relayed address as clients and peers know it; the IPv4 one of a dual allocation.</summary>
    public TransportAddress Relayed;

    /// <summary>The Allocate request that made it.</summary>
    public TransactionId Request;

    /// <summary>The slot of its user.</summary>
    public int User;

    /// <summary>What it reserved with EVEN-PORT; 0 for nothing.</summary>
    public ulong ReservationToken;

    /// <summary>When to look for expired permissions and channels.</summary>
    public MonotonicTime SweepAt;

    /// <summary>When the bucket of new peers would be empty, in nanoseconds.</summary>
    public long MeetingAt;

    /// <summary>How many peers it reached.</summary>
    public int PeersMet;

    /// <summary>How many peers it was refused because they were too many at once.</summary>
    public int PeersRefused;

    /// <summary>When the wheel will call.</summary>
    public MonotonicTime TimerAt;

    /// <summary>What the Allocate was granted, in seconds, for a retransmission's answer.</summary>
    public uint GrantedSeconds;

    /// <summary>The number of the relay address in the group.</summary>
    public ushort Host;

    /// <summary>What it asked for and could not have: ADDRESS-ERROR-CODE.</summary>
    public StunErrorCode AdditionalFamilyError;

    /// <summary>Which key of the user signs the answer to the Allocate.</summary>
    public PasswordAlgorithm Algorithm;

    /// <summary>How it is signed.</summary>
    public StunIntegrity Integrity;

    /// <summary>How its port was found, should the port turn out to be taken.</summary>
    public PortChoice PortChoice;

    public byte PortAttempts;

    /// <summary>Which transmission of the Allocate is answered; 0 where the client does not count them (RFC 7982 section 3.1).</summary>
    public byte Transmission;

    /// <summary>Whether it relays TCP (RFC 6062); its connections are in its <see cref="TcpAllocation"/>.</summary>
    public bool IsTcp;

    /// <summary>The family of the relayed address.</summary>
    public readonly IPFamily Family => Relayed.Family;

    /// <summary>Whether there is an IPv6 relayed address beside the IPv4 one.</summary>
    public readonly bool IsDual => Second != RelayMachine.NoSlot;

    /// <summary>Whether its client was told of it.</summary>
    public readonly bool IsOpen => Phase is AllocationPhase.Live or AllocationPhase.Orphaned;

    /// <summary>Reads of each cache line that a packet to a peer needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong TouchForPeer() => (ulong)(Via.Value ^ First.ExpiresAt.Nanoseconds);

    /// <summary>Reads of each cache line that a packet to the client needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong TouchForClient() => TouchForPeer() ^ (ulong)BytesToClient;

    /// <summary>Whether it is the allocation of this client.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsOf(SocketId via, in TransportAddress client) => Client.Equals(in client) && Via.Value == via.Value;
}
