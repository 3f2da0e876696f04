using System.Text;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Conformance.Tests.Rfc8489.Client;

/// <summary>RFC 8489 section 9.2.5: answers to requests with long-term credentials.</summary>
public sealed class Section9_2_5ReceivingAResponse
{
    private const StunSecurityFeatures NoFeatures = StunSecurityFeatures.None;

    private static readonly byte[] Both = [0, 1, 0, 0, 0, 2, 0, 0], Md5Only = [0, 1, 0, 0], Unknown = [0, 9, 0, 0];

    private readonly ClientHost _host = new();

    [Theory]
    [InlineData(StunErrorCode.Unauthenticated), InlineData(StunErrorCode.StaleNonce)]
    [Trait("Requirement", "RFC8489-9.2.5-1")]
    [Trait("Requirement", "RFC8489-9.2.5-2")]
    public void A_nonce_that_speaks_of_algorithms_which_are_not_there_is_not_answered(StunErrorCode code)
    {
        Script(request => Challenge(request, code, StunSecurityFeatures.PasswordAlgorithms, null));
        Assert.Equal(TurnFailureReason.BadChallenge, _host.Allocation.Failure!.Reason);
        Assert.Single(_host.Sent);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-9.2.5-3")]
    [Trait("Requirement", "RFC8489-9.2.5-4")]
    [Trait("Requirement", "RFC8489-9.2.5-6")]
    [Trait("Requirement", "RFC8489-9.2.5-7")]
    public void A_401_is_answered_with_name_realm_and_nonce_in_a_new_transaction()
    {
        Script(request => Challenge(request, StunErrorCode.Unauthenticated, NoFeatures, null));
        StunMessage first = ClientHost.Parse(_host.Sent[0]), second = ClientHost.Parse(_host.Sent[1]);
        Assert.NotEqual(first.TransactionId, second.TransactionId);
        Assert.Equal("user", Text(second, StunAttributeType.Username));
        Assert.Equal(TestRelay.Realm, Text(second, StunAttributeType.Realm));
        Assert.Equal(Nonce(NoFeatures), Text(second, StunAttributeType.Nonce));
    }

    [Theory]
    [InlineData(StunSecurityFeatures.None, false), InlineData(StunSecurityFeatures.UsernameAnonymity, true)]
    [Trait("Requirement", "RFC8489-9.2-2")]
    [Trait("Requirement", "RFC8489-9.2.5-5")]
    public void The_name_is_hidden_where_the_nonce_says_so_and_only_there(StunSecurityFeatures features, bool isHidden)
    {
        Script(request => Challenge(request, StunErrorCode.Unauthenticated, features, null));
        StunMessage request = ClientHost.Parse(_host.Sent[1]);
        Assert.Equal(isHidden, request.Has(StunAttributeType.Userhash));
        Assert.Equal(!isHidden, request.Has(StunAttributeType.Username));
    }

    [Fact]
    [Trait("Requirement", "RFC8489-9.2.5-8")]
    [Trait("Requirement", "RFC8489-9.2.5-9")]
    [Trait("Requirement", "RFC8489-9.2.5-19")]
    public void A_list_of_algorithms_goes_back_as_it_came_with_the_one_that_was_taken()
    {
        Script(request => Challenge(request, StunErrorCode.Unauthenticated, StunSecurityFeatures.PasswordAlgorithms, Md5Only));
        StunMessage request = ClientHost.Parse(_host.Sent[1]);
        Assert.Equal(Md5Only, Value(request, StunAttributeType.PasswordAlgorithms));
        Assert.Equal([0, 1, 0, 0], Value(request, StunAttributeType.PasswordAlgorithm));
        Assert.True(request.VerifyIntegritySha256(Answers.Key));
        Assert.False(request.HasIntegrity);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-6-3")]
    public void SHA_256_is_taken_where_it_is_offered_whatever_stands_before_it()
    {
        Script(request => Challenge(request, StunErrorCode.Unauthenticated, StunSecurityFeatures.PasswordAlgorithms, Both));
        StunMessage request = ClientHost.Parse(_host.Sent[1]);
        Assert.Equal([0, 2, 0, 0], Value(request, StunAttributeType.PasswordAlgorithm));
        Assert.True(request.VerifyIntegritySha256(Answers.KeyOf(TestRelay.Realm, PasswordAlgorithm.Sha256)));
    }

    [Fact]
    [Trait("Requirement", "RFC8489-9.2.5-10")]
    public void A_list_without_a_known_algorithm_is_not_answered()
    {
        Script(request => Challenge(request, StunErrorCode.Unauthenticated, StunSecurityFeatures.PasswordAlgorithms, Unknown));
        Assert.Single(_host.Sent);
        Assert.Equal(TurnFailureReason.BadChallenge, _host.Allocation.Failure!.Reason);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-9.2.5-11")]
    public void A_401_that_changes_nothing_is_the_last_word()
    {
        int answers = 0;
        Script(request => Answers.Challenge(in request, nonce: $"nonce {++answers}"));
        Assert.Equal(2, _host.Sent.Count);
        Assert.Equal(TurnFailureReason.CredentialRefused, _host.Allocation.Failure!.Reason);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-9.2.5-12")]
    [Trait("Requirement", "RFC8489-9.2.5-13")]
    [Trait("Requirement", "RFC8489-14.8-10")]
    public void A_438_without_integrity_is_answered_with_the_new_nonce()
    {
        int answers = 0;
        Script(request => ++answers switch
        {
            1 => Answers.Challenge(in request),
            2 => Answers.Challenge(in request, StunErrorCode.StaleNonce, nonce: "fresh"),
            _ => Answers.Allocated(in request, Answers.Key),
        });
        StunMessage request = ClientHost.Parse(_host.Sent[2]);
        Assert.Equal("fresh", Text(request, StunAttributeType.Nonce));
        Assert.True(request.Has(StunAttributeType.Username) && request.Has(StunAttributeType.Realm) && request.VerifyIntegrity(Answers.Key));
        Assert.Equal(TurnAllocationState.Allocated, _host.Allocation.State);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-9.2.5-14")]
    public void Another_answer_whose_nonce_speaks_of_algorithms_that_are_not_there_is_ignored()
    {
        Script(request => request.HasIntegrity
            ? Answers.Allocated(in request, Answers.Key, (ref writer) => writer.Add(StunAttributeType.Nonce, Encoding.ASCII.GetBytes(Nonce(StunSecurityFeatures.PasswordAlgorithms))))
            : Answers.Challenge(in request));
        Assert.Equal(TurnAllocationState.Ended, _host.Allocation.State);
        Assert.True(_host.Allocation.Counters[TurnClientCounter.DroppedUnverified] > 1);
    }

    [Theory]
    [InlineData(StunErrorCode.BadRequest), InlineData(StunErrorCode.Forbidden)]
    [Trait("Requirement", "RFC8489-9.2.5-15")]
    [Trait("Requirement", "RFC8489-9.2.5-16")]
    [Trait("Requirement", "RFC8489-9.2.5-17")]
    [Trait("Requirement", "RFC7635-8-1")]
    public void Over_UDP_answers_without_integrity_are_discarded_and_told_of_when_none_is_left(StunErrorCode code)
    {
        Script(request => request.HasIntegrity ? Answers.Error(in request, code) : Answers.Challenge(in request));
        Assert.Equal(new TurnFailure(TurnFailureReason.IntegrityViolated, code), _host.Allocation.Failure);
        Assert.True(_host.Sent.Count > 7);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-9.2.5-18")]
    public void Over_a_connection_the_first_one_ends_the_transaction()
    {
        var host = new ClientHost(configure: options => options.IsStream = true);
        host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            return request.HasIntegrity ? Answers.Allocated(in request) : Answers.Challenge(in request);
        };
        host.Settle(1);
        Assert.Equal(TurnFailureReason.IntegrityViolated, host.Allocation.Failure!.Reason);
    }

    private delegate byte[] Answer(StunMessage request);

    private void Script(Answer answer)
    {
        _host.Script = bytes => answer(ClientHost.Parse(bytes));
        _host.Settle();
    }

    private static byte[] Challenge(StunMessage request, StunErrorCode code, StunSecurityFeatures features, byte[]? algorithms) => Answers.Challenge(
        in request,
        code,
        nonce: Nonce(features),
        more: (ref writer) =>
        {
            if (algorithms is not null) writer.Add(StunAttributeType.PasswordAlgorithms, algorithms);
        });

    private static string Nonce(StunSecurityFeatures features)
    {
        byte[] nonce = new byte[NonceCookie.Length];
        NonceCookie.Write(features, nonce);
        return Encoding.ASCII.GetString(nonce);
    }

    private static byte[] Value(StunMessage message, StunAttributeType type) => message.TryGet(type, out ReadOnlySpan<byte> value) ? value.ToArray() : [];

    private static string Text(StunMessage message, StunAttributeType type) => Encoding.UTF8.GetString(Value(message, type));
}
