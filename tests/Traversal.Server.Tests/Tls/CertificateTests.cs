namespace Traversal.Server.Tests.Tls;

/// <summary>Where the certificate comes from, and what happens when its files change.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly TestCertificate _certificate = new();
    private readonly LogLines _log = new();
    private readonly CheckTimer _time = new();

    public void Dispose()
    {
        _certificate.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Without_a_certificate_one_is_made_and_its_fingerprint_logged_once()
    {
        await using TurnServer server = await StartAsync(certificate: null, key: null);

        string shown = await TlsTestClient.FingerprintAsync(server.Tls());

        string line = Assert.Single(_log.Lines, line => line.Contains("fingerprint", StringComparison.Ordinal));
        Assert.Contains(shown, line.Replace(":", "", StringComparison.Ordinal), StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<IOException>(() => TlsTestClient.ConnectAsync(server.Tcp()));
    }

    [Fact]
    public async Task The_key_may_stand_in_the_certificates_file_and_the_file_may_be_pkcs12()
    {
        await using (TurnServer server = await StartAsync(_certificate.Pkcs12File, key: null))
        {
            Assert.Equal(_certificate.Fingerprint, await TlsTestClient.FingerprintAsync(server.Tls()));
        }

        File.AppendAllText(_certificate.CertificateFile, "\n" + File.ReadAllText(_certificate.KeyFile));
        await using (TurnServer server = await StartAsync(_certificate.CertificateFile, key: null))
        {
            Assert.Equal(_certificate.Fingerprint, await TlsTestClient.FingerprintAsync(server.Tls()));
        }
    }

    [Fact]
    public async Task Files_that_change_are_read_anew_and_connections_live_on()
    {
        await using TurnServer server = await StartAsync();
        using TurnTestClient client = TurnTestClient.Over(await TlsTestClient.ConnectAsync(server.Tls()));
        string first = _certificate.Fingerprint;
        Assert.Equal(first, await TlsTestClient.FingerprintAsync(server.Tls()));

        _certificate.Renew();
        Assert.Equal(first, await TlsTestClient.FingerprintAsync(server.Tls()));
        _time.Check();

        Assert.Equal(_certificate.Fingerprint, await TlsTestClient.FingerprintAsync(server.Tls()));
        Assert.Equal(0, await client.AllocateAsync());
        Assert.Single(_log.Lines, line => line.Contains("was replaced", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData(null)]
    public async Task A_bad_new_file_leaves_the_old_certificate_and_one_line(string? content)
    {
        await using TurnServer server = await StartAsync();
        string first = _certificate.Fingerprint;
        if (content is null)
        {
            File.Delete(_certificate.CertificateFile);
        }
        else
        {
            File.WriteAllText(_certificate.CertificateFile, content);
        }

        for (int i = 0; i < 3; i++) _time.Check();

        Assert.Equal(first, await TlsTestClient.FingerprintAsync(server.Tls()));
        Assert.Single(_log.Lines, line => line.Contains("present certificate stays", StringComparison.Ordinal));

        _certificate.Renew();
        _time.Check();
        Assert.Equal(_certificate.Fingerprint, await TlsTestClient.FingerprintAsync(server.Tls()));
    }

    [Fact]
    public async Task A_key_of_another_certificate_is_a_mistake_that_is_named_and_not_shown()
    {
        using var other = new TestCertificate();

        TurnServerOptionsException mistake = await Assert.ThrowsAsync<TurnServerOptionsException>(() => StartAsync(_certificate.CertificateFile, other.KeyFile));

        Assert.Equal("KeyFile", mistake.Option);
        Assert.DoesNotContain("PRIVATE", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_mistake_that_is_named()
    {
        TurnServerOptionsException mistake = await Assert.ThrowsAsync<TurnServerOptionsException>(() => StartAsync("/no/such/file", key: null));

        Assert.Equal("CertificateFile", mistake.Option);
        Assert.Contains("/no/such/file", mistake.Message, StringComparison.Ordinal);
    }

    private Task<TurnServer> StartAsync() => StartAsync(_certificate.CertificateFile, _certificate.KeyFile);

    private async Task<TurnServer> StartAsync(string? certificate, string? key)
    {
        TurnServerOptions options = TestServer.Options();
        options.Listeners.Add(ListenEndpoint.Parse("tls://127.0.0.1:0"));
        options.CertificateFile = certificate;
        options.KeyFile = key;
        var server = new TurnServer(options, _log, _time);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The system's time, but the timer by which files are looked at fires when the test says so.</summary>
    private sealed class CheckTimer : TimeProvider
    {
        private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);

        private Action _check = () => Assert.Fail("Nothing looks at the files.");

        public void Check() => _check();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (period != CheckInterval) return base.CreateTimer(callback, state, dueTime, period);
            _check = () => callback(state);
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
