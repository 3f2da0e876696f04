using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Connectivity.Tests;

/// <summary>A host comes back with the port that it had before it crashed, for which the TURN server still holds an allocation (437).</summary>
public sealed class FormerAllocationTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    [Fact]
    public void Its_own_is_ended_and_there_is_a_relay_at_once()
    {
        var scene = new Scene(configure: options => options.Policy = CandidatePolicy.RelayOnly);
        TransportAddress former = Allocate(scene, Scene.Credential);
        scene.Gather(seconds: 1);

        IceCandidate relayed = Assert.Single(scene.Offerer.Machine.LocalCandidates);
        Assert.NotEqual(former, relayed.Address);
        scene.Connect();
        scene.AssertConnected();
    }

    [Fact]
    public void Somebody_elses_is_named_and_the_server_asked_again_when_it_may_be_over()
    {
        var scene = new Scene(configure: options => options.Policy = CandidatePolicy.RelayOnly, users: [("other", "word")]);
        Allocate(scene, TurnCredential.FromPassword("other", "word"));
        scene.Gather(seconds: 2);
        Assert.Empty(scene.Offerer.Machine.LocalCandidates);
        ConnectivityEvent failed = Assert.Single(scene.Offerer.Events, happened => happened.Kind == ConnectivityEventKind.ServerFailed);
        Assert.Equal(StunErrorCode.AllocationMismatch, failed.Failure!.Failure.Code);
        Assert.Equal(TurnRetryAdvice.TryAnotherPort, failed.Failure.Failure.Advice);

        List<MonotonicTime> asked = [];
        scene.Network.Sniffer = packet =>
        {
            if (packet.Destination == Scene.Server && packet.Source == scene.AddressOf(scene.Offerer)) asked.Add(scene.Network.Now);
        };
        scene.Network.Run(2 * Lifetime);

        Assert.True(asked[0] - failed.At >= TimeSpan.FromMinutes(2), "RFC 8656 section 7.4 has a client that gives up wait for two minutes.");
        Assert.Single(scene.Offerer.Machine.LocalCandidates);
        scene.Connect();
        scene.AssertConnected();
    }

    /// <summary>An allocation from the offerer's socket, of which nobody is left.</summary>
    private static TransportAddress Allocate(Scene scene, TurnCredential credential)
    {
        VirtualNetwork network = scene.Network;
        TransportAddress local = scene.AddressOf(scene.Offerer);
        byte[] message = new byte[TurnAllocation.MaxTransmitLength];
        var allocation = new TurnAllocation(new TurnAllocationOptions { Server = Scene.Server }, new TurnServerMemory(), credential, network.Random, network.Now);
        scene.Offerer.Host.Open(in local, packet =>
        {
            allocation.OnMessage(packet.Bytes, network.Now);
            Flush();
        });
        Flush();
        network.RunUntil(() => allocation.State != TurnAllocationState.Allocating, TimeSpan.FromSeconds(10));
        Assert.Equal(TurnAllocationState.Allocated, allocation.State);
        return allocation.RelayedAddress;

        void Flush()
        {
            while (allocation.TryTakeTransmit(message, network.Now, out int length)) scene.Offerer.Host.Send(in local, Scene.Server, message.AsSpan(0, length));
        }
    }
}
