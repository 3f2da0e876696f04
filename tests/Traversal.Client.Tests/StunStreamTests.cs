using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client.Tests;

/// <summary>Asking over TCP and TLS.</summary>
public sealed class StunStreamTests
{
    private const string Name = "stun.example.org";

    private static readonly TransportAddress Mapped = TransportAddress.Parse("203.0.113.7:4242");

    // RFC8489-6.2.2-3
    [Fact]
    public async Task Over_TCP_an_answer_in_single_bytes_is_put_together_and_then_the_client_leaves()
    {
        using ITcpListener listener = Listen();
        Task serving = ServeAsync(listener, async stream =>
        {
            foreach (byte part in await AnswerAsync(stream)) await stream.WriteAsync(new[] { part });
            Assert.Equal(0, await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        });

        StunResult result = await new StunClient().QueryAsync(listener.LocalAddress, ServerTransport.Tcp);

        Assert.Equal(Mapped, result.Binding?.MappedAddress);
        await serving;
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", StunStatus.BadAnswer)]
    [InlineData("", StunStatus.BadAnswer)]
    public async Task What_is_no_STUN_is_told(string answer, StunStatus expected)
    {
        using ITcpListener listener = Listen();
        Task serving = ServeAsync(listener, async stream =>
        {
            await AnswerAsync(stream);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
        });

        Assert.Equal(expected, (await new StunClient().QueryAsync(listener.LocalAddress, ServerTransport.Tcp)).Status);
        await serving;
    }

    [Fact]
    public async Task An_answer_without_end_is_not_waited_for()
    {
        using ITcpListener listener = Listen();
        Task serving = ServeAsync(listener, async stream =>
        {
            byte[] answer = await AnswerAsync(stream);
            answer[2] = 0xFF; // a length of 65 kB
            await stream.WriteAsync(answer);
            await stream.WriteAsync(new byte[5000]);
        });

        Assert.Equal(StunStatus.BadAnswer, (await new StunClient().QueryAsync(listener.LocalAddress, ServerTransport.Tcp)).Status);
        await serving;
    }

    [Fact]
    public async Task A_server_that_is_silent_is_given_up_in_time()
    {
        var time = new ManualTime();
        using ITcpListener listener = Listen();

        Task<StunResult> query = new StunClient(environment: new ClientEnvironment { Time = time }).QueryAsync(listener.LocalAddress, ServerTransport.Tcp);
        await time.AdvanceUntilAsync(query, TimeSpan.FromMilliseconds(500));

        Assert.Equal(StunStatus.NoAnswer, (await query).Status);
        Assert.InRange(time.Elapsed.TotalSeconds, 39.5, 40.5);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told()
    {
        ITcpListener listener = Listen();
        listener.Dispose();

        Assert.Equal(StunStatus.Unreachable, (await new StunClient().QueryAsync(listener.LocalAddress, ServerTransport.Tcp)).Status);
    }

    [Theory]
    [InlineData(ServerTransport.Udp)]
    [InlineData(ServerTransport.Tcp)]
    public async Task A_server_of_the_other_IP_version_than_the_local_address_is_a_result(ServerTransport transport)
    {
        var client = new StunClient(new StunClientOptions { LocalAddress = TransportAddress.Parse("[::1]:0") });

        Assert.Equal(StunStatus.Unreachable, (await client.QueryAsync(TransportAddress.Parse("127.0.0.1:3478"), transport)).Status);
    }

    [Fact]
    public async Task A_port_that_does_not_take_TLS_is_told()
    {
        using ITcpListener listener = Listen();
        Task<StunResult> query = new StunClient().QueryAsync(listener.LocalAddress, ServerTransport.Tls);
        await ServeAsync(listener, _ => Task.CompletedTask);

        StunResult result = await query;
        Assert.Equal(StunStatus.Unreachable, result.Status);
        Assert.EndsWith("as where a port does not take TLS.", result.ToString(), StringComparison.Ordinal);
    }

    // RFC8489-6.2.3-7, RFC8489-6.2.3-8, RFC8489-6.2.3-9
    [Fact]
    public async Task Over_TLS_the_certificate_must_be_trusted_and_for_the_name()
    {
        using X509Certificate2 certificate = MakeCertificate();
        using ITcpListener listener = Listen();
        Task<bool> serving = ServeTlsAsync(listener, certificate);
        StunResult untrusted = await new StunClient().QueryAsync(listener.LocalAddress, ServerTransport.Tls);
        Assert.Equal(StunStatus.TlsFailed, untrusted.Status);
        Assert.Matches("[^.][.]$", untrusted.ToString());
        Assert.False(await serving, "A server that is not trusted was asked.");

        Assert.Equal((StunStatus.Answered, SslPolicyErrors.RemoteCertificateChainErrors, true), await AskForAsync(Name, listener, certificate));
        (StunStatus status, SslPolicyErrors errors, bool isAsked) = await AskForAsync("other.example.org", listener, certificate);
        Assert.Equal((StunStatus.TlsFailed, false), (status, isAsked));
        Assert.True(errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch));
    }

    /// <summary>Asks for a name; a chain that ends in the test's own certificate is the one fault that is accepted.</summary>
    private static async Task<(StunStatus Status, SslPolicyErrors Errors, bool IsAsked)> AskForAsync(
        string name, ITcpListener listener, X509Certificate2 certificate)
    {
        SslPolicyErrors seen = default;
        var client = new StunClient(new StunClientOptions
        {
            TlsName = name,
            CertificateValidation = (_, _, _, errors) => (seen = errors) == SslPolicyErrors.RemoteCertificateChainErrors,
        });
        Task<bool> serving = ServeTlsAsync(listener, certificate);
        StunResult result = await client.QueryAsync(listener.LocalAddress, ServerTransport.Tls);
        return (result.Status, seen, await serving);
    }

    private static ITcpListener Listen() => SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;

    /// <summary>Serves one connection; whether a request came.</summary>
    private static async Task<bool> ServeTlsAsync(ITcpListener listener, X509Certificate2 certificate)
    {
        bool isAsked = false;
        await ServeAsync(listener, async stream =>
        {
            await using var tls = new SslStream(stream);
            try
            {
                await tls.AuthenticateAsServerAsync(certificate);
                byte[] answer = await AnswerAsync(tls);
                isAsked = true;
                await tls.WriteAsync(answer);
            }
            catch (Exception refused) when (refused is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The client does not trust the certificate.
            }
        });
        return isAsked;
    }

    private static async Task ServeAsync(ITcpListener listener, Func<Stream, Task> serve)
    {
        await using TcpConnection connection = (await listener.AcceptAsync()).Value!;
        try
        {
            await serve(connection.Stream);
        }
        catch (IOException)
        {
            // The client has seen enough.
        }
    }

    private static async Task<byte[]> AnswerAsync(Stream stream)
    {
        byte[] request = new byte[StunMessage.HeaderLength + 8];
        await stream.ReadExactlyAsync(request);
        return Answer(request);
    }

    private static byte[] Answer(byte[] bytes)
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(bytes, out StunMessage request));
        byte[] answer = new byte[128];
        StunMessageWriter writer = StunMessageWriter.Answer(answer, StunClass.SuccessResponse, in request);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, in Mapped);
        return answer[..writer.Finish()];
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
