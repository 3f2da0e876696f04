using System.Security.Cryptography;
using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Interop.Tests.Programs;
using Traversal.Primitives;

namespace Traversal.Interop.Tests.Client;

/// <summary>TCP connections with peers through coturn's server (RFC 6062).</summary>
public sealed class RelayedListenerCoturnTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(TurnTransport.Tcp)]
    [InlineData(TurnTransport.Tls)]
    public async Task Connections_are_made_to_peers_and_taken_from_them(TurnTransport transport)
    {
        await using CoturnServer server = await CoturnServer.StartAsync();
        int port = transport == TurnTransport.Tls ? server.TlsPort : server.Port;
        await using var client = new TurnClient(
            new TurnServerEndpoint(TransportAddress.Parse($"127.0.0.1:{port}"), transport),
            TurnLogin.FromPassword(CoturnServer.User, CoturnServer.Password),
            new TurnClientOptions { CertificateValidation = static (_, certificate, _, _) => certificate is not null });
        TurnResult<RelayedListener> result = await client.ListenAsync().WaitAsync(Patience);
        Assert.True(result.IsOk, $"{result}\n{server.Transcript}");
        await using RelayedListener listener = result.Value;

        using ITcpListener peer = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
        Task<NetworkResult<RelayedStream>> connecting = listener.ConnectAsync(peer.LocalAddress).AsTask();
        await using TcpConnection atPeer = (await peer.AcceptAsync().AsTask().WaitAsync(Patience)).Value!;
        NetworkResult<RelayedStream> connected = await connecting.WaitAsync(Patience);
        Assert.True(connected.IsOk, $"{connected.Status}\n{server.Transcript}");
        await using RelayedStream made = connected.Value;
        await ExchangeAsync(made, atPeer.Stream);
        await ExchangeAsync(atPeer.Stream, made);

        Assert.Equal(NetworkStatus.Ok, await listener.PermitAsync(TransportAddress.Parse("127.0.0.1:0")).AsTask().WaitAsync(Patience));
        await using TcpConnection caller = (await SystemNetwork.Instance.ConnectAsync(default, listener.RelayedAddress).AsTask().WaitAsync(Patience)).Value!;
        await using RelayedStream taken = (await listener.AcceptAsync().AsTask().WaitAsync(Patience)).Value!;
        Assert.Equal(caller.LocalAddress, taken.PeerAddress);
        await ExchangeAsync(taken, caller.Stream);
        await ExchangeAsync(caller.Stream, taken);
    }

    private static async Task ExchangeAsync(Stream from, Stream to)
    {
        byte[] sent = RandomNumberGenerator.GetBytes(50_000), received = new byte[sent.Length];
        Task writing = from.WriteAsync(sent).AsTask();
        await to.ReadExactlyAsync(received).AsTask().WaitAsync(Patience);
        await writing.WaitAsync(Patience);
        Assert.Equal(sent, received);
    }
}
