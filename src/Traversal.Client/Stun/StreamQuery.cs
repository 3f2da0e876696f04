using System.Buffers;
using System.Net.Security;
using System.Security.Authentication;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Client;

/// <summary>Asks over TCP or TLS: once, for the stream sees to retransmission (RFC 8489 section 6.2.2).</summary>
internal sealed class StreamQuery(ClientEnvironment environment, StunClientOptions options, TransportAddress server, string? tlsName)
{
    private readonly BindingRequest _request = new(environment.Random, in server);
    private readonly MonotonicClock _clock = new(environment.Time);

    public async Task<StunResult> RunAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.StreamTimeout, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await ConnectAndAskAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new StunResult(StunStatus.NoAnswer, in server);
        }
        catch (AuthenticationException failure)
        {
            return new StunResult(StunStatus.TlsFailed, in server) { Detail = failure.Message.TrimEnd('.') };
        }
        catch (IOException failure)
        {
            return new StunResult(StunStatus.Unreachable, in server) { Detail = failure.Message.TrimEnd('.') };
        }
    }

    private async Task<StunResult> ConnectAndAskAsync(CancellationToken cancellationToken)
    {
        NetworkResult<TcpConnection> connected =
            await environment.Network.ConnectAsync(options.LocalAddress, server, cancellationToken).ConfigureAwait(false);
        if (!connected.IsOk)
        {
            StunStatus status = connected.Status == NetworkStatus.TimedOut ? StunStatus.NoAnswer : StunStatus.Unreachable;
            return new StunResult(status, in server) { Detail = connected.Status.Describe() };
        }

        TcpConnection connection = connected.Value;
        await using (connection.ConfigureAwait(false))
        {
            Stream stream = connection.Stream;
            if (tlsName is null) return await AskAsync(stream, connection.LocalAddress, cancellationToken).ConfigureAwait(false);

            var tls = new SslStream(stream, leaveInnerStreamOpen: true, options.CertificateValidation);
            await using (tls.ConfigureAwait(false))
            {
                try
                {
                    await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = tlsName }, cancellationToken).ConfigureAwait(false);
                }
                catch (IOException)
                {
                    return new StunResult(StunStatus.Unreachable, in server) { Detail = TlsText.HandshakeBroken };
                }

                return await AskAsync(tls, connection.LocalAddress, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<StunResult> AskAsync(Stream stream, TransportAddress local, CancellationToken cancellationToken)
    {
        MonotonicTime sent = _clock.Now;
        await stream.WriteAsync(_request.Bytes, cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[BindingRequest.MaxAnswerLength];
        int filled = 0;
        while (filled < buffer.Length)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (read == 0) return BadAnswer("the connection was closed");

            filled += read;
            switch (TurnFrame.TryRead(buffer.AsSpan(0, filled), out int length, out _))
            {
                // The first message is the answer: nothing else has been asked on this connection.
                case OperationStatus.Done:
                    return _request.Read(buffer.AsSpan(0, length), in local, _clock.Now - sent) ?? BadAnswer("it answers something else");
                case OperationStatus.InvalidData:
                    return BadAnswer("it does not speak STUN");
            }
        }

        return BadAnswer("it is too long");
    }

    private StunResult BadAnswer(string detail) => new(StunStatus.BadAnswer, in server) { Detail = detail };
}
