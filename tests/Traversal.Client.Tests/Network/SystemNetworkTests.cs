using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Network;

public sealed class SystemNetworkTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::1]:0")]
    public async Task A_connection_carries_bytes_and_knows_its_ends(string loopback)
    {
        using ITcpListener listener = SystemNetwork.Instance.Listen(TransportAddress.Parse(loopback)).Value!;
        Task<NetworkResult<TcpConnection>> accepting = listener.AcceptAsync().AsTask();

        await using TcpConnection client = (await SystemNetwork.Instance.ConnectAsync(default, listener.LocalAddress)).Value!;
        await using TcpConnection server = (await accepting.WaitAsync(Limit)).Value!;
        await client.Stream.WriteAsync("hello"u8.ToArray());
        byte[] buffer = new byte[5];
        await server.Stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(Limit);

        Assert.Equal("hello"u8, buffer);
        Assert.Equal(client.LocalAddress, server.RemoteAddress);
        Assert.Equal(listener.LocalAddress, client.RemoteAddress);
    }

    [Fact]
    public async Task A_connection_is_made_from_the_address_that_was_asked_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "127.0.0.0/8 is all there on Linux");
        using ITcpListener listener = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;

        await using TcpConnection client = (await SystemNetwork.Instance.ConnectAsync(TransportAddress.Parse("127.0.0.2:0"), listener.LocalAddress)).Value!;

        Assert.True(client.LocalAddress.HasSameAddress(TransportAddress.Parse("127.0.0.2:0")));
    }

    [Fact]
    public async Task A_port_where_nobody_listens_and_a_listener_that_is_gone_are_statuses()
    {
        ITcpListener listener = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
        Assert.Equal(NetworkStatus.AddressInUse, SystemNetwork.Instance.Listen(listener.LocalAddress).Status);
        Task<NetworkResult<TcpConnection>> accepting = listener.AcceptAsync().AsTask();

        listener.Dispose();

        Assert.Equal(NetworkStatus.Closed, (await accepting.WaitAsync(Limit)).Status);
        Assert.Equal(NetworkStatus.Refused, (await SystemNetwork.Instance.ConnectAsync(default, listener.LocalAddress)).Status);
    }

    [Fact]
    public void The_interfaces_have_a_loopback()
    {
        IReadOnlyList<InterfaceAddress> addresses = SystemNetwork.Instance.GetLocalAddresses();

        InterfaceAddress loopback = Assert.Single(addresses, one => one.Address == TransportAddress.Parse("127.0.0.1:0"));
        Assert.Equal(InterfaceKind.Loopback, loopback.Kind);
        Assert.Equal(8, loopback.PrefixLength);
        Assert.NotEqual(0, loopback.InterfaceIndex);
        Assert.NotEmpty(loopback.InterfaceName);
    }
}
