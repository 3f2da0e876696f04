using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Tests.Engines;

public abstract partial class EngineContract
{
    /// <summary>What a machine's routes and firewall do to a destination, each as the system's commands say it.</summary>
    public static TheoryData<string, string, SendFailure> Refusals => new()
    {
        // EHOSTUNREACH, ENETUNREACH, EACCES, EINVAL and EPERM.
        { "ip", "route add unreachable 198.51.100.0/24", SendFailure.Unreachable },
        { "ip", "route add throw 198.51.100.0/24", SendFailure.Unreachable },
        { "ip", "route add prohibit 198.51.100.0/24", SendFailure.Denied },
        { "ip", "route add blackhole 198.51.100.0/24", SendFailure.BadDestination },
        { "nft", "add table ip t; add chain ip t out { type filter hook output priority 0; }; add rule ip t out ip daddr 198.51.100.0/24 drop", SendFailure.Denied },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_destination_that_the_machine_refuses_costs_its_own_datagrams_and_no_other(string program, string arguments, SendFailure reason) =>
        NetworkNamespace.Run(65_536, () =>
        {
            if (string.Equals(program, "nft", StringComparison.Ordinal)) NetworkNamespace.Execute("ip", "route add local 198.51.100.0/24 dev lo");
            NetworkNamespace.Execute(program, arguments);
            using EngineHarness harness = NewHarness();
            (SocketId id, _) = harness.Open(local: TransportAddress.Parse("0.0.0.0:0"));
            (Socket peer, TransportAddress good) = EngineHarness.OpenPeer();
            TransportAddress bad = TransportAddress.Parse("198.51.100.7:9");
            using (peer)
            {
                harness.Engine.Send([
                    harness.Write(id, bad, "lost"u8),
                    harness.Write(id, good, "one"u8),
                    harness.Write(id, bad, "lost"u8),
                    harness.Write(id, bad, "lost"u8),
                    harness.Write(id, good, "two"u8),
                ]);
                harness.Send(id, bad, "lost");
                harness.Send(id, good, "three");

                Assert.Equal("one", EngineHarness.ReceiveText(peer));
                Assert.Equal("two", EngineHarness.ReceiveText(peer));
                Assert.Equal("three", EngineHarness.ReceiveText(peer));
            }

            Assert.Equal(3, harness.Engine.Counters.DatagramsSent);
            Assert.Equal(4, harness.Engine.Counters.SendDrops(reason));
            Assert.Equal(4, harness.Engine.Counters.TotalSendDrops);
        });

    [Fact]
    public void Sockets_whose_queues_are_full_lose_what_does_not_fit_and_hold_up_no_other() => NetworkNamespace.Run(65_536, () =>
    {
        const int Sockets = 20, Each = 2_000, Length = 1_000;
        // 125 bytes a second leave the interface, and whatever is sent meanwhile waits in its socket's buffer.
        NetworkNamespace.Execute("tc", "qdisc add dev lo root tbf rate 1kbit burst 2000 limit 100000000");
        using EngineHarness harness = NewHarness();
        (SocketId other, TransportAddress destination) = harness.Open();
        long sent = 0;
        for (int socket = 0; socket < Sockets; socket++)
        {
            (SocketId full, _) = harness.Open();
            long before = harness.Engine.Counters.SendDrops(SendFailure.NoBuffer);
            for (int i = 0; i < Each; i++) harness.Send(full, destination, new byte[Length]);
            Assert.InRange(harness.Engine.Counters.SendDrops(SendFailure.NoBuffer) - before, 1, Each - 1);
            sent += Each;
        }

        // What is neither sent nor dropped waits: one datagram of a socket in the portable engine, none in the other.
        long dropped = harness.Engine.Counters.SendDrops(SendFailure.NoBuffer);
        Assert.InRange(sent - harness.Engine.Counters.DatagramsSent - dropped, 0, kind == EngineKind.Managed ? Sockets : 0);
        Assert.Equal(dropped, harness.Engine.Counters.TotalSendDrops);
        long accepted = harness.Engine.Counters.DatagramsSent;
        harness.Send(other, destination, "fits");
        Assert.Equal(dropped, harness.Engine.Counters.TotalSendDrops);
        Assert.InRange(harness.Engine.Counters.DatagramsSent - accepted, 1, 1 + Sockets);
    });
}
