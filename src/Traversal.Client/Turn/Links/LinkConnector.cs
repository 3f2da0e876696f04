using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Authentication;
using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Links;

/// <summary>Reaches servers by their transport. What the other side or the network does is a status.</summary>
internal sealed class LinkConnector(ClientEnvironment environment, TurnClientOptions options)
{
    private const string Subprotocol = "turn";

    /// <summary>Makes a new way to a server.</summary>
    public async Task<LinkResult<ServerLink>> ConnectAsync(TurnServerEndpoint server, TransportAddress local, CancellationToken cancellationToken)
    {
        if (!local.IsNone && local.Family != server.Address.Family) return new(TurnStatus.Unreachable, NetworkStatus.AddressNotAvailable.Describe());
        if (!server.IsStream) return OpenDatagram(server, in local);
        return await BoundedAsync(async giveUp =>
        {
            if (server.IsWebSocket) return await ConnectWebSocketAsync(server, local, giveUp).ConfigureAwait(false);

            LinkResult<ServerStream> connected = await ConnectStreamAsync(server, local, giveUp).ConfigureAwait(false);
            return connected.IsOk
                ? new LinkResult<ServerLink>(new StreamLink(connected.Value.Stream, connected.Value.LocalAddress))
                : new LinkResult<ServerLink>(null, connected.Status, connected.Detail);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a new connection by TCP or TLS, as a peer's connection needs it (RFC 6062).</summary>
    public Task<LinkResult<ServerStream>> ConnectStreamAsync(TurnServerEndpoint server, CancellationToken cancellationToken) =>
        BoundedAsync(giveUp => ConnectStreamAsync(server, options.LocalAddress.WithPort(0), giveUp), cancellationToken);

    private LinkResult<ServerLink> OpenDatagram(TurnServerEndpoint server, in TransportAddress local)
    {
        NetworkResult<IDatagramSocket> opened = environment.Network.OpenDatagram(in local, server.Address);
        return opened.IsOk ? new(new DatagramLink(opened.Value, server.Address, environment.Time)) : new(TurnStatus.Unreachable, opened.Status.Describe());
    }

    private async Task<LinkResult<ServerStream>> ConnectStreamAsync(TurnServerEndpoint server, TransportAddress local, CancellationToken cancellationToken)
    {
        NetworkResult<TcpConnection> connected = await environment.Network.ConnectAsync(local, server.Address, cancellationToken).ConfigureAwait(false);
        if (!connected.IsOk)
            return new(connected.Status == NetworkStatus.TimedOut ? TurnStatus.NoAnswer : TurnStatus.Unreachable, connected.Status.Describe());

        TcpConnection connection = connected.Value;
        if (!server.IsSecure) return new(new ServerStream(connection.Stream, connection.LocalAddress));

        var tls = new SslStream(connection.Stream, leaveInnerStreamOpen: false, options.CertificateValidation);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = server.TlsName }, cancellationToken).ConfigureAwait(false);
            return new(new ServerStream(tls, connection.LocalAddress));
        }
        catch (IOException)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            return new(TurnStatus.Unreachable, TlsText.HandshakeBroken);
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<LinkResult<ServerLink>> ConnectWebSocketAsync(TurnServerEndpoint server, TransportAddress local, CancellationToken cancellationToken)
    {
        LinkResult<ServerStream> failed = default;
        TransportAddress bound = default;
        bool isAsked = false;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, giveUp) =>
            {
                // The framework tries again where a connection ends before an answer, as one to a server does that expects something else.
                LinkResult<ServerStream> connected = isAsked
                    ? new(TurnStatus.WebSocketRefused, "it ends the connection")
                    : await ConnectStreamAsync(server, local, giveUp).ConfigureAwait(false);
                isAsked = true;
                if (!connected.IsOk) failed = connected;
                bound = connected.Value?.LocalAddress ?? default;
                return connected.Value?.Stream ?? throw new IOException(connected.Detail);
            },
        };
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(Subprotocol);
            using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);

            // TLS, where there is any, is the stream's own already, under the same rules as without a WebSocket.
            var target = new UriBuilder("ws", server.Name ?? server.Address.ToIPAddress().ToString(), server.Address.Port, server.Path);
            await socket.ConnectAsync(target.Uri, invoker, cancellationToken).ConfigureAwait(false);
            return new(new WebSocketLink(socket, bound));
        }
        catch (WebSocketException refused)
        {
            socket.Dispose();
            if (failed.Detail is not null) return new(null, failed.Status, failed.Detail);
            if (Find<AuthenticationException>(refused) is { } untrusted) return new(TurnStatus.TlsFailed, untrusted.Message.TrimEnd('.'));

            // The innermost says whether it was a status code, or no HTTP at all.
            return new(TurnStatus.WebSocketRefused, refused.GetBaseException().Message.TrimEnd('.'));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<LinkResult<T>> BoundedAsync<T>(Func<CancellationToken, Task<LinkResult<T>>> connect, CancellationToken cancellationToken)
        where T : class
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await connect(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(TurnStatus.NoAnswer, "it does not answer");
        }
        catch (AuthenticationException failure)
        {
            return new(TurnStatus.TlsFailed, failure.Message.TrimEnd('.'));
        }
        catch (IOException failure)
        {
            return new(TurnStatus.Unreachable, failure.Message.TrimEnd('.'));
        }
    }

    private static T? Find<T>(Exception? failure)
        where T : Exception
    {
        while (failure is not (null or T)) failure = failure.InnerException;
        return failure as T;
    }
}
