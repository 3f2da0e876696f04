using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client.Tests.Turn;

/// <summary>Waiting for room: in the system for data, among outstanding requests for a peer.</summary>
public sealed class RoomTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Data_that_the_system_has_no_room_for_is_tried_again_by_the_clock_that_was_given()
    {
        var network = new ScriptedNetwork(static (request, reply) => reply(FakeTurn.Success(in request, null)));
        await using TurnClient client = network.Client();
        await using RelayedSocket socket = (await client.AllocateAsync(new RelayedSocketOptions { BindChannels = false }).WaitAsync(Patience)).Value!;
        Assert.Equal(NetworkStatus.Ok, await socket.PermitAsync(Peer(1)).AsTask().WaitAsync(Patience));

        network.IsFull = true;
        Task<NetworkStatus> sending = socket.SendAsync(new byte[10], Peer(1)).AsTask();
        await network.Time.AdvanceOnceAsync(TimeSpan.FromMilliseconds(1));
        Assert.False(sending.IsCompleted);
        network.IsFull = false;
        await network.Time.AdvanceOnceAsync(TimeSpan.FromMilliseconds(1));

        Assert.Equal(NetworkStatus.Ok, await sending.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_peer_that_is_forgotten_before_the_server_is_asked_for_it_is_a_result()
    {
        var network = new ScriptedNetwork(static (request, reply) =>
        {
            if (request.Method == StunMethod.Allocate) reply(FakeTurn.Success(in request, null));
        });
        await using TurnClient client = network.Client();
        RelayedSocket socket = (await client.AllocateAsync().WaitAsync(Patience)).Value!;
        Task<NetworkStatus>[] binding = [.. Enumerable.Range(1, 20).Select(i => socket.BindChannelAsync(Peer(i)).AsTask())];
        Task<NetworkStatus> sending = socket.SendAsync(new byte[10], Peer(20)).AsTask();

        socket.Forget(Peer(20));
        socket.Forget(Peer(1));

        Assert.Equal(NetworkStatus.NoBuffer, await binding[19].WaitAsync(Patience));
        Assert.Equal(NetworkStatus.NoBuffer, await sending.WaitAsync(Patience));
        Assert.False(binding[0].IsCompleted);
        socket.Dispose();
        Assert.Equal(NetworkStatus.Closed, await binding[0].WaitAsync(Patience));
    }

    private static TransportAddress Peer(int number) => TransportAddress.FromIPv4(0xC0000200 + (uint)number, 9);
}
